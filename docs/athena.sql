-- The archive of call paths (ArchiveIvrPaths=true) as an Athena table. Put the stack's output IvrBucketName in
-- place of BUCKET, twice, and run the statements one by one. Partitions are projected: no crawler, no MSCK REPAIR.

-- A record is one line of JSON, and stays one column: JSON SerDes fold the case of keys, and two widgets whose names
-- differ in case only would make a line unreadable. \001 does not occur in JSON, so a line is never split.
CREATE EXTERNAL TABLE ivr_paths_raw (record string)
PARTITIONED BY (year string, month string, day string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001' LINES TERMINATED BY '\n'
STORED AS TEXTFILE
LOCATION 's3://BUCKET/ivr-paths/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.year.type' = 'integer',
  'projection.year.range' = '2025,2060',
  'projection.month.type' = 'integer',
  'projection.month.range' = '1,12',
  'projection.month.digits' = '2',
  'projection.day.type' = 'integer',
  'projection.day.range' = '1,31',
  'projection.day.digits' = '2',
  'storage.location.template' = 's3://BUCKET/ivr-paths/year=${year}/month=${month}/day=${day}/'
);

-- One row a call.
CREATE OR REPLACE VIEW ivr_paths AS
SELECT
  json_extract_scalar(record, '$.callSid') AS call_sid,
  json_extract_scalar(record, '$.from') AS caller,
  json_extract_scalar(record, '$.to') AS called,
  json_extract_scalar(record, '$.callStatus') AS call_status,
  CAST(json_extract_scalar(record, '$.callDuration') AS integer) AS call_seconds,
  from_iso8601_timestamp(json_extract_scalar(record, '$.startedAt')) AS started_at,
  json_extract_scalar(record, '$.executions[0].flowSid') AS flow_sid,
  json_extract_scalar(record, '$.endedAt') AS ended_at_widget,
  json_extract_scalar(record, '$.endedReason') AS ended_reason,
  json_extract(record, '$.steps') AS steps,
  json_extract(record, '$.widgets') AS widgets,
  year, month, day
FROM ivr_paths_raw;

-- One row a step, the steps of subflows (one level of them) behind the step that ran them.
CREATE OR REPLACE VIEW ivr_steps AS
WITH outer_steps AS (
  SELECT call_sid, flow_sid, year, month, day, position, step
  FROM ivr_paths
  CROSS JOIN UNNEST(CAST(steps AS array(json))) WITH ORDINALITY AS t (step, position)
),
all_steps AS (
  SELECT call_sid, flow_sid, year, month, day, position, CAST(0 AS bigint) AS inner_position, step
  FROM outer_steps
  UNION ALL
  SELECT call_sid, flow_sid, year, month, day, position, inner_position, inner_step
  FROM outer_steps
  CROSS JOIN UNNEST(CAST(json_extract(step, '$.steps') AS array(json)))
    WITH ORDINALITY AS t (inner_step, inner_position)
)
SELECT
  call_sid, flow_sid, year, month, day, position, inner_position,
  json_extract_scalar(step, '$.widget') AS widget,
  json_extract_scalar(step, '$.event') AS event,
  json_extract_scalar(step, '$.next') AS next_widget,
  CAST(json_extract_scalar(step, '$.durationMs') AS bigint) AS duration_ms,
  from_iso8601_timestamp(json_extract_scalar(step, '$.at')) AS left_at
FROM all_steps;

-- Where callers of one flow hung up in March, and after how long in that widget.
SELECT widget, count(*) AS hang_ups, approx_percentile(duration_ms, 0.5) AS median_ms
FROM ivr_steps
WHERE flow_sid = 'FW…' AND year = '2026' AND month = '03' AND event = 'hangup'
GROUP BY widget
ORDER BY hang_ups DESC;

-- What was pressed in a menu.
SELECT json_extract_scalar(widgets, '$.menu.Digits') AS digits, count(*) AS calls
FROM ivr_paths
WHERE year = '2026' AND month = '03'
GROUP BY 1
ORDER BY calls DESC;

-- The archive of survey results (ArchiveSurveyResults=true). Put the stack's output ConfigBucketName in place of BUCKET, twice.
-- A query names the survey: WHERE survey = 'checkout'; the one at the bucket's root is 'default'.
CREATE EXTERNAL TABLE survey_results_raw (record string)
PARTITIONED BY (survey string, day string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\001' LINES TERMINATED BY '\n'
STORED AS TEXTFILE
LOCATION 's3://BUCKET/archive/survey-results/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.survey.type' = 'injected',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '2020-01-01,NOW+1DAYS',
  'storage.location.template' = 's3://BUCKET/archive/survey-results/survey=${survey}/day=${day}/'
);

-- One row a respondent.
CREATE OR REPLACE VIEW survey_results AS
SELECT
  survey, day,
  json_extract_scalar(record, '$.surveyTo') AS respondent,
  json_extract_scalar(record, '$.surveyStatus') AS status,
  json_extract_scalar(record, '$.surveyMedium') AS medium,
  json_extract_scalar(record, '$.languageSet') AS language,
  from_unixtime(CAST(json_extract_scalar(record, '$.surveyStarted') AS bigint) / 1000.0) AS started_at,
  from_unixtime(CAST(json_extract_scalar(record, '$.surveyCompleted') AS bigint) / 1000.0) AS completed_at,
  json_extract_scalar(record, '$.openQuestion') AS open_question,
  json_extract(record, '$.questions') AS questions
FROM survey_results_raw;

-- How many started and completed, day by day.
SELECT day, count(*) AS started, count_if(status = 'COMPLETED') AS completed
FROM survey_results
WHERE survey = 'checkout' AND day >= '2026-03-01'
GROUP BY day
ORDER BY day;

-- What was answered to each question.
SELECT
  json_extract_scalar(question, '$.questionName') AS question_name,
  json_extract_scalar(question, '$.value') AS answer,
  count(*) AS respondents
FROM survey_results
CROSS JOIN UNNEST(CAST(questions AS array(json))) AS t (question)
WHERE survey = 'checkout' AND day >= '2026-03-01'
GROUP BY 1, 2
ORDER BY 1, 3 DESC;

-- At which question respondents left, by language.
SELECT language, coalesce(open_question, 'before the first question') AS left_at, count(*) AS respondents
FROM survey_results
WHERE survey = 'checkout' AND day >= '2026-03-01' AND status IN ('OPTED_OUT', 'EXPIRED', 'ABANDONED')
GROUP BY 1, 2
ORDER BY 3 DESC;
