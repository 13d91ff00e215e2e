-- 问：哪些学校改了作业时间的上限？
-- 读法：只列两期都写了上限的学校和年级，“变化”为正是放宽，为负是收紧。“超过60分钟的退回”也是60分钟的上限；小时已折成分钟，改动以前的旧上限和雷同的报告不算。一校同一年级写了几个上限的取最宽的。
WITH limits AS (
    SELECT d.school_id, d.school_name, d.period, f.scope, max(f.minutes) AS minutes
    FROM figures f JOIN documents d USING (doc_id)
    WHERE f.indicator = 'homework_minutes' AND f.kind = 'requirement' AND f.comparator IN ('le', 'lt', 'gt') AND f.minutes IS NOT NULL
        AND f.holds_now AND coalesce(f.per, 'day') = 'day' AND d.counted AND d.school_id IS NOT NULL
    GROUP BY ALL),
pairs AS (SELECT DISTINCT period_before, period FROM topic_trends)
SELECT b.school_name AS 单位, b.scope AS 年级, p.period_before AS 上期, a.minutes AS 上期分钟, p.period AS 本期, b.minutes AS 本期分钟,
    b.minutes - a.minutes AS 变化
FROM pairs p JOIN limits a ON a.period = p.period_before
    JOIN limits b ON b.period = p.period AND b.school_id = a.school_id AND b.scope IS NOT DISTINCT FROM a.scope
WHERE b.minutes <> a.minutes
ORDER BY abs(变化) DESC, 变化 DESC, 单位, 年级, 本期;
