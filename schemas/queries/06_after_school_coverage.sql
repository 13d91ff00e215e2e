-- 问：课后服务覆盖了多少学生？
-- 读法：“覆盖率”的分子是写明了人数的学校的参加人数（由380人增加到460人，取460），分母是同样这些学校在名单上的学生数；“单位数”是计入的学校。写了几个不同的数的（前后不一）、多于名单上学生数的（多于名单，多半是抄来的或全县的数）、只写XX的都不计入。没有名单就没有分母。
WITH stated AS (
    SELECT d.period, d.school_id, max(f.value) FILTER (NOT f.masked) AS participants, count(DISTINCT f.value) AS n, bool_or(f.masked) AS masked
    FROM figures f JOIN documents d USING (doc_id)
    WHERE f.indicator = 'after_school_participants' AND f.kind = 'actual' AND f.unit IN ('人', '名', '位')
        AND f.holds_now AND f.comparator IN ('eq', 'approx') AND d.counted AND d.school_id IS NOT NULL
    GROUP BY ALL),
schools AS (
    SELECT s.period, s.n_reports, s.pupils, t.participants, CASE WHEN t.participants > s.pupils THEN '多于名单' WHEN t.n = 1 THEN '计入'
        WHEN t.n > 1 THEN '前后不一' WHEN t.masked THEN '只写XX' END AS state
    FROM school_summary s LEFT JOIN stated t ON t.period IS NOT DISTINCT FROM s.period AND t.school_id = s.school_id
    WHERE s.pupils IS NOT NULL)
SELECT period AS 报送期, count(*) AS 名单学校数, count(*) FILTER (n_reports > 0) AS 已报, count(*) FILTER (state = '计入') AS 单位数,
    count(*) FILTER (state = '前后不一') AS 前后不一, count(*) FILTER (state = '多于名单') AS 多于名单, count(*) FILTER (state = '只写XX') AS 只写XX,
    sum(participants) FILTER (state = '计入') AS 参加人数, sum(pupils) FILTER (state = '计入') AS 这些学校的学生数,
    round(100 * sum(participants) FILTER (state = '计入') / sum(pupils) FILTER (state = '计入'), 1) AS 覆盖率
FROM schools GROUP BY period ORDER BY period;
