"""A stand-in of Salesforce's REST API and Bulk API 2.0, as far as reading contacts and leads goes.

Public pages it was written from, looked up in November 2026:

* query: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-query.html (up to
  2,000 a batch, and it "can include fewer"), queryAll and more results beside it
* batch size: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_queryoptions.htm
* errors: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
* SOQL: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
* OAuth client credentials and refresh token:
  https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_client_credentials_flow.htm;
  errors as quoted in https://github.com/pozil/pub-sub-api-node-client/issues/58 and
  https://github.com/omniphx/forrest/issues/184
* query jobs: https://developer.salesforce.com/docs/platform/api-asynch/guide/query-get-job-results.html
  and https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_get_all_jobs.htm

Map:
    salesforce.py  routes, sessions, limits
    tokens.py      ``/services/oauth2/token``
    queries.py     query, queryAll, and the cursors of those that have more
    jobs.py        Bulk API 2.0 query jobs
    soql.py        the part of SOQL that is understood
    objects.py     Contact and Lead: fields, ids, how rows are shown
    errors.py      error bodies
"""
