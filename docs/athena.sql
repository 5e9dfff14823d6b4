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
