-- 问：课后服务覆盖了多少学生？
-- 读法：“覆盖率”的分子是写明了人数的学校的参加人数，分母是同样这些学校在名单上的学生数；“单位数”是计入的学校，“只写XX”的不在其中。没有名单就没有分母。
WITH stated AS (
    SELECT d.period, d.school_id, max(f.value) FILTER (NOT f.masked) AS participants, count(DISTINCT f.value) AS n, bool_or(f.masked) AS masked
    FROM figures f JOIN documents d USING (doc_id)
    WHERE f.indicator = 'after_school_participants' AND f.kind = 'actual' AND f.unit = '人' AND f.change IS NULL
        AND f.comparator IN ('eq', 'approx') AND d.counted AND d.school_id IS NOT NULL
    GROUP BY ALL)
SELECT s.period AS 报送期, count(*) AS 名单学校数, count(*) FILTER (s.n_reports > 0) AS 已报,
    count(*) FILTER (t.n = 1) AS 单位数, count(*) FILTER (t.n > 1) AS 前后不一, count(*) FILTER (t.masked AND t.n = 0) AS 只写XX,
    sum(t.participants) FILTER (t.n = 1) AS 参加人数, sum(s.pupils) FILTER (t.n = 1) AS 这些学校的学生数,
    round(100 * sum(t.participants) FILTER (t.n = 1) / sum(s.pupils) FILTER (t.n = 1), 1) AS 覆盖率
FROM school_summary s LEFT JOIN stated t ON t.period IS NOT DISTINCT FROM s.period AND t.school_id = s.school_id
WHERE s.pupils IS NOT NULL
GROUP BY s.period ORDER BY s.period;
