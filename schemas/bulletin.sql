-- 通报里的每个数怎样从表里算出来：一行一个数，名字同 huizong bulletin --output 通报.json。
-- 先打开 open.sql，再设三个变量，然后运行本文件，最后 SELECT * FROM bulletin：
--   SET VARIABLE period = '2022-autumn'; SET VARIABLE all_periods = false; SET VARIABLE period_before = '2022-spring';
-- 没有名单时 roster 为空，应报数就没有。程序用自己的代码算一遍，.ci/bulletin.py 用这里的查询再算一遍，两边必须一样。

CREATE OR REPLACE TEMP MACRO in_period(p) AS getvariable('all_periods') OR p IS NOT DISTINCT FROM getvariable('period');
CREATE OR REPLACE TEMP MACRO body_of(id, name, district, doc) AS
    coalesce(id, name || '|' || coalesce(district, ''), doc);
-- 同类单位换成一个：分钟、%、人。
CREATE OR REPLACE TEMP MACRO in_unit(u) AS CASE
    WHEN u IN ('分钟', '分', 'min', '小时', '个小时', 'h', '钟头', '个钟头', '个半小时', '刻钟') THEN '分钟'
    WHEN u IN ('%', '％', '百分之') THEN '%' WHEN u IN ('人', '名', '位') THEN '人' ELSE u END;
CREATE OR REPLACE TEMP MACRO factor(u) AS CASE
    WHEN u IN ('小时', '个小时', 'h', '钟头', '个钟头', '个半小时') THEN 60 WHEN u = '刻钟' THEN 15 ELSE 1 END;

-- 学校的切题报告，每份有单位；counted 的才计入统计，雷同的只有第一份计入。
CREATE OR REPLACE TEMP VIEW school_reports AS
    SELECT *, body_of(school_id, school_name, district, doc_id) AS body FROM documents
    WHERE on_topic AND superseded_by IS NULL AND (school_id IS NOT NULL OR level = 'school');
CREATE OR REPLACE TEMP VIEW reports AS SELECT * FROM school_reports WHERE in_period(period);
CREATE OR REPLACE TEMP VIEW counted_reports AS SELECT * FROM reports WHERE counted;
CREATE OR REPLACE TEMP VIEW totals AS SELECT counted, roster, asked, roster > 0 AND asked = roster AS is_asked FROM
    (SELECT count(DISTINCT body) AS counted FROM counted_reports),
    (SELECT count(DISTINCT school_id) AS roster, count(DISTINCT school_id) FILTER (in_period(period)) AS asked FROM submissions);

-- 一、报送
CREATE OR REPLACE TEMP VIEW states AS
    SELECT state, count(*) AS n FROM school_summary, totals
    WHERE is_asked AND school_id IS NOT NULL AND in_period(period) GROUP BY state;
CREATE OR REPLACE TEMP MACRO n_state(s) AS (SELECT coalesce(sum(n), 0) FROM states WHERE state = s);
CREATE OR REPLACE TEMP VIEW reporting AS
    SELECT 'reporting.expected' AS name, CASE WHEN is_asked THEN roster END AS value FROM totals
    UNION ALL SELECT 'reporting.reported', CASE WHEN is_asked THEN n_state('received') + n_state('late')
        ELSE (SELECT count(DISTINCT body) FROM reports) END FROM totals
    UNION ALL SELECT 'reporting.late', n_state('late')
    UNION ALL SELECT 'reporting.missing', n_state('missing')
    UNION ALL SELECT 'reporting.awaited', n_state('expected')
    UNION ALL SELECT 'reporting.unreadable', n_state('unreadable')
    UNION ALL SELECT 'reporting.off_topic', n_state('off_topic')
    UNION ALL SELECT 'reporting.unclear', n_state('unclear')
    UNION ALL SELECT 'reporting.unlisted_reports', CASE WHEN is_asked THEN (SELECT count(*) FROM reports WHERE school_id IS NULL) ELSE 0 END FROM totals
    UNION ALL SELECT 'reporting.counted', counted FROM totals
    UNION ALL SELECT 'reporting.copies_not_counted', (SELECT count(*) FROM reports WHERE NOT counted)
    UNION ALL SELECT 'reporting.other_reports', (SELECT count(*) FROM documents
        WHERE on_topic AND superseded_by IS NULL AND school_id IS NULL AND level IS DISTINCT FROM 'school' AND in_period(period))
    UNION ALL SELECT 'reporting.other_periods', CASE WHEN is_asked THEN 0
        ELSE (SELECT count(*) FROM school_reports) - (SELECT count(*) FROM reports) END FROM totals
    UNION ALL SELECT 'reporting.rejected_files', (SELECT count(*) FROM rejects);

-- 二、对照国家规定：自定的规定（requirement）和实测值（actual）分开，一校有一处不合就是不合
CREATE OR REPLACE TEMP VIEW asked_norms AS SELECT * FROM (VALUES
    ('homework_minutes', 'norms.homework_minutes.'), ('after_school_minutes', 'norms.after_school.minutes'),
    ('sleep_hours', 'norms.sleep_hours.'), ('bedtime', 'norms.bedtime.'), ('first_class', 'norms.first_class.'),
    ('fitness_minutes', 'norms.fitness_minutes.in_school'), ('exam_count', 'norms.exam_count.')) AS t(id, beginning);
CREATE OR REPLACE TEMP VIEW judged AS
    SELECT a.id, n.*, r.body FROM norm_findings n JOIN counted_reports r USING (doc_id) JOIN asked_norms a ON starts_with(n.norm_id, a.beginning)
    WHERE n.kind IN ('requirement', 'actual');
CREATE OR REPLACE TEMP VIEW by_norm AS
    SELECT id, kind, count(*) AS stated, count(*) FILTER (broken) AS broken
    FROM (SELECT id, kind, body, bool_or(verdict IN ('rule_breach', 'value_breach')) AS broken FROM judged GROUP BY ALL) GROUP BY ALL;
CREATE OR REPLACE TEMP VIEW norms AS
    SELECT 'norms.' || a.id || '.' || CASE k.kind WHEN 'requirement' THEN 'rule' ELSE 'value' END || '_' || what AS name,
        CASE what WHEN 'kept' THEN coalesce(stated - broken, 0) WHEN 'broken' THEN coalesce(broken, 0) ELSE counted - coalesce(stated, 0) END AS value
    FROM asked_norms a CROSS JOIN (VALUES ('requirement'), ('actual')) AS k(kind) CROSS JOIN (VALUES ('kept'), ('broken'), ('unstated')) AS w(what)
        CROSS JOIN totals LEFT JOIN by_norm b ON b.id = a.id AND b.kind = k.kind;

-- 学校写的全县的数不是本校的（同 src/gather/clause.rs 的 OF_ALL）
CREATE OR REPLACE TEMP MACRO of_all(sentence, quote) AS coalesce(regexp_matches(sentence,
    '((^|[^完安健齐])全(县|区|市|镇|乡|省|州|旗|国|街道)|[我本](县|区|市|镇|乡|省|州))[^,;。!?，；！？\n]*' || regexp_escape(quote)), false);
-- 二、自报数值：一校恰好写了一个数，又没有疑问，才取
CREATE OR REPLACE TEMP VIEW asked_values AS SELECT * FROM (VALUES
    ('after_school_rate', '%', ''), ('after_school_participants', '人', ''), ('satisfaction_rate', '%', '满意')) AS t(id, its_unit, word);
CREATE OR REPLACE TEMP VIEW questioned AS
    SELECT DISTINCT unnest(string_split(fact_ids, ' ')) AS fact_id FROM review_list
    WHERE kind NOT IN ('stale_problem', 'plan_as_report', 'unfilled_template', 'other_period', 'unchanged_for_3_periods');
CREATE OR REPLACE TEMP VIEW stated AS
    SELECT a.id, r.body, r.period AS of_period, f.*,
        f.kind = 'actual' AND NOT f.masked AND f.holds_now AND NOT of_all(f.unit_text, f.quote)
            AND f.comparator IN ('eq', 'approx') AND f.value IS NOT NULL
            AND in_unit(f.unit) = a.its_unit AS is_value,
        f.fact_id IN (FROM questioned) OR (a.its_unit = '%' AND f.value > 100) AS is_questioned
    FROM figures f JOIN asked_values a ON f.indicator = a.id JOIN school_reports r USING (doc_id)
    WHERE r.counted AND contains(coalesce(f.subject, ''), a.word) AND NOT contains(coalesce(f.subject, ''), '不满意');
CREATE OR REPLACE TEMP MACRO values_where(take) AS TABLE
    SELECT id, body, count(DISTINCT value) FILTER (is_value) AS n, bool_or(is_questioned) FILTER (is_value) AS doubted, bool_or(masked) AS masked,
        min(value) FILTER (is_value) AS value FROM stated WHERE CASE take WHEN 'now' THEN in_period(of_period) ELSE of_period = getvariable('period_before') END GROUP BY ALL;
CREATE OR REPLACE TEMP VIEW by_school AS FROM values_where('now');
CREATE OR REPLACE TEMP VIEW single AS SELECT id, body, value FROM by_school WHERE n = 1 AND NOT doubted;
CREATE OR REPLACE TEMP VIEW both_periods AS
    SELECT s.id, count(*) AS n, median(b.value) AS before, median(s.value) AS now
    FROM single s JOIN values_where('before') b ON b.id = s.id AND b.body = s.body AND b.n = 1 AND NOT b.doubted GROUP BY s.id;
CREATE OR REPLACE TEMP VIEW by_value AS
    SELECT a.id, count(s.body) AS stated, count(b.body) FILTER (b.n > 0) - stated AS doubtful, count(b.body) FILTER (b.n = 0 AND b.masked) AS masked,
        min(s.value) AS min, median(s.value) AS median, max(s.value) AS max, any_value(p.n) AS both_n, any_value(p.before) AS before, any_value(p.now) AS now
    FROM asked_values a LEFT JOIN by_school b USING (id) LEFT JOIN single s ON s.id = b.id AND s.body = b.body LEFT JOIN both_periods p ON p.id = a.id
    GROUP BY a.id;
CREATE OR REPLACE TEMP VIEW value_numbers AS
    SELECT 'values.' || id || '.' || what AS name, CASE what WHEN 'stated' THEN stated WHEN 'doubtful' THEN doubtful WHEN 'masked' THEN masked
        WHEN 'unstated' THEN counted - stated - doubtful - masked WHEN 'min' THEN min WHEN 'median' THEN median WHEN 'max' THEN max
        WHEN 'both' THEN CASE WHEN getvariable('period_before') IS NOT NULL THEN coalesce(both_n, 0) END
        WHEN 'both_median_before' THEN CASE WHEN both_n >= 3 THEN before END WHEN 'both_median' THEN CASE WHEN both_n >= 3 THEN now END END AS value
    FROM by_value CROSS JOIN totals CROSS JOIN (VALUES ('stated'), ('doubtful'), ('masked'), ('unstated'), ('min'), ('median'), ('max'),
        ('both'), ('both_median_before'), ('both_median')) AS w(what);

-- 图：实测值，一点一个；只写规定的学校没有点
CREATE OR REPLACE TEMP VIEW asked_strips AS SELECT * FROM (VALUES
    ('homework_primary', 'norms.homework_minutes.3-6'), ('homework_junior', 'norms.homework_minutes.7-9')) AS t(strip, norm);
CREATE OR REPLACE TEMP VIEW measured AS
    SELECT DISTINCT strip, body, (value + coalesce(value_hi, value)) / 2 * factor(unit) AS value FROM judged JOIN asked_strips ON norm_id = norm
    WHERE kind = 'actual' AND comparator IN ('eq', 'approx', 'range') AND value IS NOT NULL
    UNION ALL SELECT 'after_school_rate', body, value FROM single WHERE id = 'after_school_rate';
CREATE OR REPLACE TEMP VIEW rule_only AS
    SELECT strip, body FROM judged JOIN asked_strips ON norm_id = norm WHERE kind = 'requirement' EXCEPT SELECT strip, body FROM measured;
CREATE OR REPLACE TEMP VIEW strips AS
    SELECT 'strips.' || strip || '.dots.' || row_number() OVER (PARTITION BY strip ORDER BY value) - 1 AS name, value FROM measured
    UNION ALL SELECT 'strips.' || strip || '.schools', count(DISTINCT body) FROM (SELECT strip FROM asked_strips UNION SELECT 'after_school_rate') LEFT JOIN measured USING (strip) GROUP BY strip
    UNION ALL SELECT 'strips.' || strip || '.median', median(value) FROM measured GROUP BY strip
    UNION ALL SELECT 'strips.' || strip || '.limit', any_value(norm_value) FROM judged JOIN asked_strips ON norm_id = norm GROUP BY strip
    UNION ALL SELECT 'strips.' || strip || '.rule_only', count(DISTINCT body) FROM asked_strips LEFT JOIN rule_only USING (strip) GROUP BY strip;

-- 三、五项管理
CREATE OR REPLACE TEMP VIEW asked_topics AS SELECT * FROM (VALUES ('homework', ['homework_minutes', 'homework_count']), ('sleep', ['sleep_hours']),
    ('phone', []::VARCHAR[]), ('reading', []::VARCHAR[]), ('fitness', ['fitness_minutes', 'fitness_lessons'])) AS t(topic, indicators);
CREATE OR REPLACE TEMP VIEW told AS
    SELECT 'figure' AS what, a.topic, r.body FROM figures f JOIN asked_topics a ON list_contains(a.indicators, f.indicator) JOIN counted_reports r USING (doc_id)
    WHERE f.kind = 'actual' AND NOT f.masked AND f.value IS NOT NULL AND f.holds_now
    UNION SELECT 'stated', a.topic, r.body FROM figures f JOIN asked_topics a ON list_contains(a.indicators, f.indicator) JOIN counted_reports r USING (doc_id)
    UNION SELECT 'measure', a.topic, r.body FROM measures m JOIN asked_topics a ON list_contains(string_split(m.topics, ' '), a.topic) JOIN counted_reports r USING (doc_id)
    UNION SELECT 'problem', a.topic, r.body FROM problems p JOIN asked_topics a ON list_contains(string_split(p.topics, ' '), a.topic) JOIN counted_reports r USING (doc_id)
    WHERE p.status = 'own';
CREATE OR REPLACE TEMP VIEW by_topic AS
    SELECT a.topic, count(DISTINCT body) FILTER (what = 'figure') AS valued, count(DISTINCT body) - valued AS only_told,
        count(DISTINCT body) FILTER (what = 'measure') AS measures, count(DISTINCT body) FILTER (what = 'problem') AS problems
    FROM asked_topics a LEFT JOIN told USING (topic) GROUP BY ALL;
CREATE OR REPLACE TEMP VIEW five AS
    SELECT 'five.' || topic || '.' || what AS name, CASE what WHEN 'valued' THEN valued WHEN 'only_told' THEN only_told
        WHEN 'untold' THEN counted - valued - only_told WHEN 'measures' THEN measures ELSE problems END AS value
    FROM by_topic CROSS JOIN totals CROSS JOIN (VALUES ('valued'), ('only_told'), ('untold'), ('measures'), ('problems')) AS w(what);

-- 五、六：问题与整改
CREATE OR REPLACE TEMP VIEW open_problems AS
    SELECT p.*, r.body, p.fact_id IN (SELECT problem_id FROM problem_measures) AS answered FROM problems p JOIN counted_reports r USING (doc_id) WHERE p.status = 'own';
CREATE OR REPLACE TEMP VIEW tops AS
    SELECT topic, count(DISTINCT body) AS schools, count(DISTINCT body) FILTER (answered) AS answered FROM open_problems GROUP BY topic
    ORDER BY topic = 'other', schools DESC, topic LIMIT 5;
CREATE OR REPLACE TEMP VIEW problem_numbers AS
    SELECT 'problems.schools' AS name, count(DISTINCT body) AS value FROM open_problems
    UNION ALL SELECT 'problems.n', count(*) FROM open_problems
    UNION ALL SELECT 'problems.answered', count(*) FILTER (answered) FROM open_problems
    UNION ALL SELECT 'problems.resolved', count(*) FROM problems JOIN counted_reports USING (doc_id) WHERE status = 'resolved'
    UNION ALL SELECT 'problems.stale_schools', count(DISTINCT r.body) FROM review_list q JOIN counted_reports r USING (doc_id) WHERE q.kind = 'stale_problem'
    UNION ALL SELECT 'problems.tops.' || topic || '.schools', schools FROM tops
    UNION ALL SELECT 'problems.tops.' || topic || '.answered', answered FROM tops;

-- 四、需要核实：所有切题的报告，雷同的也在内
CREATE OR REPLACE TEMP VIEW pairs AS
    SELECT s.* FROM similar_reports s JOIN reports a ON a.doc_id = s.doc_a JOIN reports b ON b.doc_id = s.doc_b;
CREATE OR REPLACE TEMP VIEW copied AS SELECT doc_a AS doc_id FROM pairs WHERE is_copy UNION SELECT doc_b FROM pairs WHERE is_copy;
CREATE OR REPLACE TEMP VIEW questions AS
    SELECT q.*, r.body, q.kind NOT IN ('stale_problem', 'plan_as_report', 'unfilled_template', 'other_period', 'unchanged_for_3_periods') AS contradicts
    FROM review_list q JOIN reports r USING (doc_id);
CREATE OR REPLACE TEMP VIEW review_numbers AS
    SELECT 'review.reports' AS name, count(*) AS value FROM
        (SELECT doc_id FROM reports WHERE n_masked > 0 UNION FROM copied UNION SELECT doc_id FROM questions)
    UNION ALL SELECT 'review.masked_schools', count(DISTINCT body) FROM reports WHERE n_masked > 0
    UNION ALL SELECT 'review.masked', coalesce(sum(n_masked), 0) FROM reports
    UNION ALL SELECT 'review.copy_pairs', count(*) FROM pairs WHERE is_copy
    UNION ALL SELECT 'review.copy_reports', count(*) FROM copied
    UNION ALL SELECT 'review.similar_pairs', count(*) FROM pairs WHERE NOT is_copy AND greatest(containment_a, containment_b) >= 0.5
    UNION ALL SELECT 'review.contradiction_schools', count(DISTINCT body) FROM questions WHERE contradicts
    UNION ALL SELECT 'review.contradictions', count(*) FROM questions WHERE contradicts
    UNION ALL SELECT 'review.not_reports', count(DISTINCT doc_id) FROM questions WHERE kind IN ('plan_as_report', 'unfilled_template', 'other_period');

-- 所印的数依据多少条数据
CREATE OR REPLACE TEMP VIEW printed AS
    SELECT 'checked.figures' AS name, count(*) AS value FROM
        (SELECT fact_id FROM judged UNION SELECT fact_id FROM stated WHERE is_value AND in_period(of_period));

CREATE OR REPLACE TEMP VIEW bulletin AS
    SELECT name, value::DOUBLE AS value FROM (FROM reporting UNION ALL FROM norms UNION ALL FROM value_numbers UNION ALL FROM strips UNION ALL FROM five
        UNION ALL FROM problem_numbers UNION ALL FROM review_numbers UNION ALL FROM printed)
    WHERE value IS NOT NULL ORDER BY name;
