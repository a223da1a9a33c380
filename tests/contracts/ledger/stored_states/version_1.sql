-- a state as version 1 wrote it: `.dump` of a small one; numbers are fictional
BEGIN TRANSACTION;
CREATE TABLE sendersync_approvals (
	run_id TEXT NOT NULL, 
	sync TEXT NOT NULL, 
	ceiling BIGINT NOT NULL, 
	who TEXT DEFAULT '' NOT NULL, 
	at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (run_id), 
	FOREIGN KEY(run_id) REFERENCES sendersync_runs (id)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_approvals" VALUES('2026-11-22T18-22-46Z-5bbd','news',5,'me','2026-11-22T18:22:46.876392+00:00');
CREATE TABLE sendersync_known_rejects (
	sync TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	PRIMARY KEY (sync, fingerprint)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_known_rejects" VALUES('news','b');
INSERT INTO "sendersync_known_rejects" VALUES('news','c');
CREATE TABLE sendersync_leases (
	sync TEXT NOT NULL, 
	fence BIGINT NOT NULL, 
	run TEXT DEFAULT '' NOT NULL, 
	host TEXT DEFAULT '' NOT NULL, 
	host_name TEXT DEFAULT '' NOT NULL, 
	process_started TEXT DEFAULT '' NOT NULL, 
	since TEXT DEFAULT '' NOT NULL, 
	pid BIGINT NOT NULL, 
	expires_at DOUBLE NOT NULL, 
	PRIMARY KEY (sync)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_leases" VALUES('news',1,'2026-11-22T18-22-46Z-da59','old-machine/boot/pid:[1]','old-machine','334244','2026-11-22T18:22:46+00:00',2212,0.0);
INSERT INTO "sendersync_leases" VALUES('other',1,'2026-11-22T18-22-46Z-5bbd','old-machine/boot/pid:[1]','old-machine','334244','2026-11-22T18:22:46+00:00',2212,0.0);
CREATE TABLE sendersync_members (
	sync TEXT NOT NULL, 
	sender_code TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	"key" TEXT DEFAULT '' NOT NULL, 
	country TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	first_name TEXT DEFAULT '' NOT NULL, 
	customer_key TEXT DEFAULT '' NOT NULL, 
	"group" TEXT DEFAULT '' NOT NULL, 
	standing TEXT DEFAULT '' NOT NULL, 
	run_id TEXT DEFAULT '' NOT NULL, 
	changed_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (sync, sender_code, phone), 
	FOREIGN KEY(sync) REFERENCES sendersync_syncs (sync)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_members" VALUES('news','12065551212','+12065550100','k','US','a@example.com','','','','stopped','2026-11-22T18-22-46Z-5bbd','2026-11-22T18:22:46.811+00:00');
INSERT INTO "sendersync_members" VALUES('news','12065551212','+12065550101','','','','','','','unsure','2026-11-22T18-22-46Z-da59','2026-11-22T18:22:46.750+00:00');
INSERT INTO "sendersync_members" VALUES('other','12065551212','+12065550100','k','US','a@example.com','','','','stopped','2026-11-22T18-22-46Z-5bbd','2026-11-22T18:22:46.811+00:00');
INSERT INTO "sendersync_members" VALUES('other','12065551212','+12065550101','','','','','','','unsure','2026-11-22T18-22-46Z-5bbd','2026-11-22T18:22:46.799+00:00');
CREATE TABLE sendersync_meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_meta" VALUES('schema_version','1');
INSERT INTO "sendersync_meta" VALUES('state_id','9e6fcb6962eea7ae');
CREATE TABLE sendersync_operations (
	run_id TEXT NOT NULL, 
	number BIGINT NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	cause TEXT DEFAULT '' NOT NULL, 
	sender_code TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	"key" TEXT DEFAULT '' NOT NULL, 
	country TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	first_name TEXT DEFAULT '' NOT NULL, 
	customer_key TEXT DEFAULT '' NOT NULL, 
	"group" TEXT DEFAULT '' NOT NULL, 
	again INTEGER NOT NULL, 
	before_key TEXT DEFAULT '' NOT NULL, 
	before_country TEXT DEFAULT '' NOT NULL, 
	before_email TEXT DEFAULT '' NOT NULL, 
	before_first_name TEXT DEFAULT '' NOT NULL, 
	before_customer_key TEXT DEFAULT '' NOT NULL, 
	before_group TEXT DEFAULT '' NOT NULL, 
	before_standing TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	status INTEGER, 
	text TEXT DEFAULT '' NOT NULL, 
	maybe_done INTEGER DEFAULT 0 NOT NULL, 
	intended_at TEXT DEFAULT '' NOT NULL, 
	settled_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (run_id, number), 
	FOREIGN KEY(run_id) REFERENCES sendersync_runs (id)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-5bbd',-1,'stop','gone','1','+12065550100','','','','','','',0,'','','','','','','','held',0,NULL,'',0,'','');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-5bbd',0,'add','new','12065551212','+12065550100','k','US','a@example.com','','','',0,'','','','','','','','confirmed',1,200,'ok',0,'2026-11-22T18:22:46.797+00:00','2026-11-22T18:22:46.799+00:00');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-5bbd',1,'add','new','12065551212','+12065550101','','','','','','',0,'','','','','','','','unknown',2,NULL,'',1,'2026-11-22T18:22:46.797+00:00','2026-11-22T18:22:46.799+00:00');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-5bbd',2,'stop','new','12065551212','+12065550100','','','','','','',0,'k','US','a@example.com','','','','subscribed','confirmed',1,200,'',0,'2026-11-22T18:22:46.809+00:00','2026-11-22T18:22:46.811+00:00');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-da59',-1,'stop','gone','1','+12065550100','','','','','','',0,'','','','','','','','held',0,NULL,'',0,'','');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-da59',0,'add','new','12065551212','+12065550100','k','US','a@example.com','','','',0,'','','','','','','','confirmed',1,200,'ok',0,'2026-11-22T18:22:46.749+00:00','2026-11-22T18:22:46.750+00:00');
INSERT INTO "sendersync_operations" VALUES('2026-11-22T18-22-46Z-da59',1,'add','new','12065551212','+12065550101','','','','','','',0,'','','','','','','','unknown',2,NULL,'',1,'2026-11-22T18:22:46.749+00:00','2026-11-22T18:22:46.750+00:00');
CREATE TABLE sendersync_rejects (
	run_id TEXT NOT NULL, 
	line BIGINT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	"column" TEXT DEFAULT '' NOT NULL, 
	"row" TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (run_id, line), 
	FOREIGN KEY(run_id) REFERENCES sendersync_runs (id)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_rejects" VALUES('2026-11-22T18-22-46Z-5bbd',2,'phone_missing','B','["a","b"]');
INSERT INTO "sendersync_rejects" VALUES('2026-11-22T18-22-46Z-5bbd',3,'phone_missing','','["a","b"]');
INSERT INTO "sendersync_rejects" VALUES('2026-11-22T18-22-46Z-da59',2,'phone_missing','B','["a","b"]');
INSERT INTO "sendersync_rejects" VALUES('2026-11-22T18-22-46Z-da59',3,'phone_missing','','["a","b"]');
CREATE TABLE sendersync_runs (
	id TEXT NOT NULL, 
	sync TEXT NOT NULL, 
	command TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	started_at TEXT DEFAULT '' NOT NULL, 
	finished_at TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT '' NOT NULL, 
	report TEXT DEFAULT '' NOT NULL, 
	source_complete INTEGER DEFAULT 0 NOT NULL, 
	fence BIGINT NOT NULL, 
	reject_columns TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(sync) REFERENCES sendersync_syncs (sync)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_runs" VALUES('2026-11-22T18-22-46Z-5bbd','other','run','x.csv','2026-11-22T18:22:46.791+00:00','2026-11-22T18:22:46.815+00:00','completed','{"run": "2026-11-22T18-22-46Z-5bbd", "sync": "other", "status": "completed", "source": {"rows": 0, "complete": true}, "contacts": {"accepted": 0, "rejected": 0, "merged": 0, "withheld": 0}, "plan": {"add": 0, "stop": 0, "update": 0, "unchanged": 0, "held": 0}, "load": {"confirmed": 0, "already": 0, "refused": 0, "failed": 0, "unknown": 0, "not_reached": 0}, "reasons": {}, "country_differs": 0, "held_because": [], "warnings": [], "seconds": 0.0}',1,1,'["A", "B"]');
INSERT INTO "sendersync_runs" VALUES('2026-11-22T18-22-46Z-da59','news','run','x.csv','2026-11-22T18:22:46.747+00:00','2026-11-22T18:22:46.752+00:00','completed','{"run": "2026-11-22T18-22-46Z-da59", "sync": "news", "status": "completed", "source": {"rows": 0, "complete": true}, "contacts": {"accepted": 0, "rejected": 0, "merged": 0, "withheld": 0}, "plan": {"add": 0, "stop": 0, "update": 0, "unchanged": 0, "held": 0}, "load": {"confirmed": 0, "already": 0, "refused": 0, "failed": 0, "unknown": 0, "not_reached": 0}, "reasons": {}, "country_differs": 0, "held_because": [], "warnings": [], "seconds": 0.0}',1,1,'["A", "B"]');
CREATE TABLE sendersync_suppressions (
	phone TEXT NOT NULL, 
	origin TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	run TEXT DEFAULT '' NOT NULL, 
	created_at TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (phone)
)
 WITHOUT ROWID

;
CREATE TABLE sendersync_syncs (
	sync TEXT NOT NULL, 
	revision BIGINT NOT NULL, 
	stamp TEXT NOT NULL, 
	PRIMARY KEY (sync)
)
 WITHOUT ROWID

;
INSERT INTO "sendersync_syncs" VALUES('news',4,'ea5eab11');
INSERT INTO "sendersync_syncs" VALUES('other',4,'ea5eab11');
CREATE INDEX sendersync_runs_of_sync ON sendersync_runs (sync, started_at);
CREATE INDEX sendersync_operations_in_flight ON sendersync_operations (run_id) WHERE state = 'intent';
COMMIT;
