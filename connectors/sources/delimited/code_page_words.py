"""What people's names and addresses look like in their own languages: data, no code.

A byte above 127 means another letter in every code page. Which one was meant shows in words: `ñ`
stands before a vowel, `ń` before a consonant or at the end. So each language has words that show
where its letters stand; they are common names, places and header words, and no list of anybody.
"""

from __future__ import annotations

from typing import Final

LATIN: Final[dict[str, str]] = {
    "Spanish": (
        "José María Muñoz Núñez Peña García López Pérez Martínez Sánchez Ramírez Gómez Díaz "
        "Jesús Andrés Ángel Óscar Íñigo Iñaki Begoña Sofía Lucía Raúl Álvarez Gutiérrez Jiménez "
        "España Logroño Coruña Córdoba Cádiz Málaga León Teléfono móvil país año señor niño "
        "mañana Ibáñez Zúñiga Bolaños Castañeda Piña Ñame Ordóñez Yáñez Agüero Güell Ramón "
        "Simón Inés Tomás Nicolás Martín Germán Hernández Bogotá Medellín Panamá México Perú "
        "Asunción dirección número código opción población provincia también Víctor Héctor "
        "Mónica Verónica Ángela Belén Rocío Éibar Úbeda Ávila pingüino Sigüenza Ruíz Saúl Noé "
        "Chloé Elías Matías Joaquín Agustín Fermín Iván Adrián Julián Cristóbal Aníbal Félix "
        "Débora Fátima Bárbara África América"
    ),
    "Portuguese": (
        "João Gonçalves Conceição Antônio António Inácio Mônica Simões Magalhães Guimarães São "
        "Paulo Brasília Maranhão França Lourenço Araújo Júnior Luís Inês Álvaro Ângela Vitória "
        "Flávia Cláudia Lúcia Patrícia Sérgio Fábio Márcio José Estêvão Brandão Leitão Bragança "
        "Évora telefone telemóvel endereço código país região não informação opções Mendonça "
        "Assunção Falcão Romão Camões Luísa Tomás Nazaré Goiânia Amapá Ceará Piauí Itajaí "
        "Avelãs Vilhão Açores Ítalo Ivã Irmã Alcântara Câmara Teófilo Zélia Êda Antônia Amélia "
        "Célia Gonçalo Caçador Eça Graça"
    ),
    "French": (
        "François Françoise Hélène Éric Étienne Chloé Zoé Noël Joël Gaël Benoît Jérôme Agnès "
        "André René Stéphane Frédéric Cécile Mélanie Aurélie Léa Théo Anaïs Loïc Thaïs Céline "
        "Irène Geneviève Thérèse Besançon Nîmes Orléans Saint-Étienne Genève Québec Montréal "
        "Évreux Alès Angoulême Béziers Château Forêt Hôtel Côté Île Gâtinais prénom téléphone "
        "numéro adresse société référence désinscrit Lefèvre Lefebvre Maître Crépin Desprès "
        "Bénédicte Clément Désiré Valérie Véronique Rémi Rémy Régis Sébastien Barthélemy "
        "Timothée Amélie Eugénie Édith Élise Élodie Œuvre cœur sœur Août Noëlle Raphaël Michaël "
        "Mickaël Maëlle Maël Thérond Güs Aÿ où voilà"
    ),
    "German": (
        "Müller Jürgen Günther Schröder Köhler Jäger Krämer Schäfer Bäcker Weiß Groß Strauß "
        "Böhm Götz Schütz Krüger Kühn Lüdtke Düsseldorf Köln München Nürnberg Österreich Zürich "
        "Würzburg Straße Größe Übung Öffnung Ärzte Käthe Björn Jörg Sören Hänsel Völker Möller "
        "Höfer Wörner Märkisch Fuß Heß Preiß Süß Lübeck Tübingen Göttingen Hündgen Länder "
        "Bürger für Größter Mädchen Schöne Königs Häfner Bräuer Träger Übersicht Ämter Özil "
        "Fröhlich Grün Glück Stück Rößler Kaiserslautern-Süd Flüchtling Fürst Bühler Höß Hüber "
        "Löw Kübler Läufer Däubler"
    ),
    "Nordic": (
        "Bjørn Søren Jørgen Åse Åsa Håkon Pål Ståle Øystein Øyvind Kåre Tromsø Ålesund Ærø Næss "
        "Kjær Sæther Ræder Sørensen Jørgensen Møller Nørgaard Østergaard Kjærgaard Århus Ålborg "
        "København Björn Göran Sören Örjan Östen Åke Mårten Måns Pär Märta Länsberg Sjöberg "
        "Lindström Bergström Öberg Åström Hägg Gävle Göteborg Malmö Västerås Örebro Östersund "
        "Umeå Luleå Skåne Hämäläinen Mäkinen Väinö Päivi Jyväskylä Hämeenlinna Lehtimäki Mäkelä "
        "Koskimäki Sirkkä Yrjö Töölö Seinäjoki Ähtäri Öljy Køge Hjørring Brøndby Gjøvik Bodø "
        "Sandøy Våg Rød Bø"
    ),
    "Icelandic": (
        "Guðrún Þór Þórður Sigurður Ólafur Ragnheiður Björk Jón Ásgeir Hafnarfjörður Reykjavík "
        "Ísafjörður Guðmundur Jóhanna Kristín Þóra Hörður Snæfríður Bæjar Æsa Fjóla Elín "
        "Friðrik Davíð Hlíð Garðabær"
    ),
    "Dutch": (
        "Zoë Daniël Michaël Noëlle Hélène België Loïs Chloë Joëlle Raphaëlle Naïma coördinatie "
        "financiën Ilse Ruïne Beëindigd reünie André René"
    ),
    "Italian": (
        "Niccolò Nicolò Forlì Città Università Cefalù Mondovì Però Perché Caffè Andò Gesù "
        "Martirè Libertà Qualità località proprietà attività è così più Cantù Cirò Lodè Temù "
        "Nicolè"
    ),
    "Polish": (
        "Łukasz Michał Paweł Stanisław Władysław Wójcik Kowalczyk Kamiński Zieliński Wiśniewski "
        "Dąbrowski Kozłowski Jabłoński Woźniak Król Wróbel Gołębiewski Błażej Małgorzata Żaneta "
        "Żółć Łódź Gdańsk Poznań Wrocław Kraków Rzeszów Toruń Częstochowa Świętokrzyskie Śląsk "
        "Ścibor Źródło Szczęsny Jędrzej Grzegórz Zając Pająk Piątek Gąsior Sęk Pięta Głąb Ćwik "
        "Ćma Kość Mróz Nowicką imię nazwisko miejscowość numer telefonu adres kraj ulica wysłać "
        "żona książę Bożena Grażyna Świątek Śmigły Łoś Żak Źrebak Kościół Marzena Dębski "
        "Gałązka Strzałka Łęcka Sołtys Róża Ewą Radziński Baliński Zgłoszeń kończyć słońce koń "
        "cień dzień Bieńkowski Nowiński Sieńko Mońki"
    ),
    "Czech": (
        "Dvořák Jiří Novák Novotný Černý Svobodová Procházka Kučera Veselý Horáková Němec "
        "Pokorný Hájek Krejčí Růžička Doležal Šimůnek Šárka Zdeněk Tomáš Lukáš Ondřej Matěj "
        "Jaromír Bohdan Božena Jiřina Miloš Luboš Aleš Ďáblice Šťastný Žižka Říčany Plzeň Děčín "
        "Česká Třebíč Ústí Jičín Kroměříž Uherské Hradiště Chrudim Příbram Říha Řezníček Čapek "
        "Ťok Peňáz Měšťan jméno příjmení telefonní číslo země město adresa skupina Štěpán Květa "
        "Zlín Nováková Müllerová Ľubomír Ľudovít Maďar Košice Žilina Trenčín Prešov Štúr "
        "Hviezdoslav Dušan Michalčík Kováč Mäkký Pôžitok vôľa stĺp vŕba Bača Ivančík Ján Ľuboš "
        "Šťastie Kráľ Ďuriš Hľadík Čížek Šíp Žák"
    ),
    "Hungarian": (
        "István László Zoltán Ágnes Éva Győző Gergő Szabó Kovács Tóth Nagyné Horváth Varró Győr "
        "Szegő Erdős Kőszegi Fűzfa Űrhajó Ödön Őze Ültető Füzesi Pécs Hódmezővásárhely "
        "Kecskemét Székesfehérvár Jenő Dezső Ernő Lőrinc Vörös Kőhalmi Szűcs Gyűrű Tűz Bősze "
        "Csőke Fürdő Gödöllő név telefonszám ország város cím csoport Ákos Máté Bálint Gábor "
        "Péter József Sándor Tünde Szőke Körösi Örkény Béla Ábel Őrség Felső Alsó Török Fülöp "
        "Tüske Költő Mező"
    ),
    "Romanian": (
        "Ștefan Ţepeș Şerban Brașov București Timișoara Iași Constanța Târgu Mureș Bacău "
        "Râmnicu Vâlcea Brăila Pitești Botoșani Călin Mihăilescu Ionuț Rareș Crăciun Vlăduţ "
        "Bogdănescu Ţăranu Țara Şuteu Brâncuşi Hânsu Înalt întâi țară oraș județ județul adresă "
        "română număr Mihăiță Cătălin Mădălina Răzvan Dănuț Luminiţa Bălan Păun Grădină "
        "Văcărescu Ţurcanu Maţe"
    ),
    "Croatian": (
        "Marković Jovanović Petrović Nikolić Đorđević Milošević Živković Žarko Šime Čedo Ćosić "
        "Kovačić Horvatić Đuro Željko Luka Ivančić Šibenik Čakovec Đakovo Zadarski Špela Janša "
        "Žan Škof Tržič Šentjur Krško Matjaž Anže Jože Tomaž Gašper Blaž Črtomir Mojmirović "
        "Bogićević Hadžić Đokić Anđela Slađana Radojčić Šešelj Dražen Krešimir Čović Bošnjak "
        "Županić"
    ),
    "Turkish": (
        "Şahin Yıldız Yılmaz Çelik Öztürk Özdemir Doğan Güneş Gökçe Işık İbrahim Hüseyin Gülşen "
        "Ayşe Çağla Tuğba Buğra Şükrü Ömer Ümit Özgür Barış Aydın Kılıç Aslan İstanbul İzmir "
        "Diyarbakır Eskişehir Muğla Kırşehir Çanakkale Şırnak Iğdır Ağrı Niğde Gümüşhane Uşak "
        "İnönü Yağmur Deniz Sıla Işıl Erdoğan Koç Koçak Akçay Tunç Güç Yüksel Bülent Gülay Ülkü "
        "soyadı adı telefon ülke şehir grup numarası müşteri Tanrıkulu Arıkan Altın Sarı "
        "Kaygısız Başak Şen Taşkın Beşiktaş Karakaş Barışçı Ilıca Ilgın Işın Özışık Bağcı Dağ "
        "Yiğit Çiğdem Soğancı Oğuz"
    ),
    "Lithuanian": (
        "Jonas Žukauskas Šarūnas Kęstutis Živilė Rūta Jūratė Žemaitė Šiauliai Panevėžys "
        "Klaipėda Kėdainiai Mažeikiai Ąžuolas Vytautė Jokūbas Ėglė Gražina Petrauskienė "
        "Kazlauskienė Čepaitis Aušra Eglė Mindaugė Žydrūnas Ūla Įvertis Vėjas Šeškinė "
        "Marijampolė Ramunė Sąskaita Bērziņš Kalniņš Jānis Pēteris Māris Ģirts Ķegums Līga "
        "Ļaudis Ņikita Dāvis Rīga Liepāja Jūrmala Ozoliņš Krūmiņš Šķēle Zariņš Liepiņa Kļaviņa "
        "Ēriks Ilmārs Čakste Žagars Anšlavs vārds tālrunis"
    ),
    "Estonian": (
        "Jüri Tõnu Õie Mägi Tõnis Jõgi Võru Põlva Pärnu Rõõm Õun Põder Jõhvi Sõber Kõiv Külli "
        "Ülle Ööbik Tamm Kärt Päts Märt Lõhmus Saarö Müür Kõrv Türi Põltsamaa Šmidt Ženja"
    ),
}
"""Words with the letters of languages in Latin script."""

OTHER: Final[dict[str, str]] = {
    "Russian": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "Ukrainian": "оанитівреслкмдупязьгйбчхцжюшєїщфґ",
    "Bulgarian": "аиоентрсвлкдмпугзъбяйчцжшщхфюь",
    "Serbian": "аиоенрјтсвкмпудлзгбћчцшхжђљњфџ",
    "Greek": "ασοιτενρκηπυμλάίόςέγδήθωχφβώύξζψϊϋΐΰ",
    "Hebrew": "יהולאתרבמשנדעכחפטקםגצסזןךףץ",
    "Arabic": "اليمنرتوبعدهسفكقحجشطصخزةذضثغءأىظئؤآإ",
    "Thai": "านรอกเงมยลวดทสตะปบคหแจพชขใไผโณถฐธศซภฟษญฎฏฝฆฬฉฮ่้ัีืิุู์ำ็ๆ",
}
"""Letters of languages in other scripts, the most frequent first."""

SYLLABLES: Final[dict[str, str]] = {
    "Japanese": (
        "田中山本佐藤鈴木高橋伊渡辺小林加吉村松井上野大島清水原川口石谷東京都阪府市区町丁"
        "目番号電話携帯氏名前住所姓国日年月分時人様子美恵一二三四五六七八九十太郎次雄男女"
        "性別生会社員部株式有限県北海道南西青森岩手宮城秋福茨栃群馬埼玉千葉神奈新潟富金沢"
        "長岐阜静岡愛知重滋賀兵庫良和歌鳥取広徳香媛崎熊児沖縄登録済未配信停止希望可否正不"
        "備考学校真智健直樹優斎桜花陽翔蓮葵結菜莉"
    ),
    "Simplified": (
        "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
        "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
        "龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚"
        "桂英华文建国玉红春梅婷雪慧晨宇浩欣子轩梓涵一鹏飞志海燕小北京上天津重庆广州深圳省"
        "市区县路号手机电话姓名城地址家中客户编组订阅退是否男女年月日公司先生士人大不了在"
        "有我他这个们来到时说要就出会可也你对能而行后作用道所"
    ),
    "Traditional": (
        "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈"
        "余盧梁趙顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓阮馬董溫唐藍蔣石古紀姚連馮歐程湯田康姜"
        "汪白鄒尤巫鐘黎涂龔嚴韓志明俊傑建宏家豪淑芬惠美玲雅婷怡君佳穎宗翰冠宇雯文雄國華玉"
        "英秀台北臺中新竹縣市區路號段巷手機電話姓名地址客戶編群組訂閱退是否男女年月日公司"
        "先生小姐香港九龍人大不了在有我他這個們來到時說要"
    ),
    "Korean": (
        "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민"
        "진지수영현준호은경숙희미선연아나라원태재동혁훈철용상승기대규석병길순자옥명인천울"
        "부산광역시도군읍면로번화핸드폰휴름소국가객그룹거예니여년월일회사님씨의에를을는으"
        "과와다있었습까요람리것"
    ),
}
"""Signs that names, addresses and header words are mostly written with."""
