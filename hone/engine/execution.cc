#include "hone/engine/execution.h"

#include <algorithm>
#include <utility>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {

std::string_view origin_name(Origin origin) {
    switch (origin) {
        case Origin::Computed:
            return "computed";
        case Origin::Memory:
            return "memory";
        case Origin::Disk:
            return "disk";
    }
    return "computed";
}

namespace {

double seconds(std::int64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

Json decision_json(const GateRecord& record) {
    const Decision& decision = record.decision;
    Json json = Json::object();
    json.set("verb", record.verb).set("site", decision.site).set("items", decision.items);
    json.set("threads", decision.threads).set("reason", decision.reason).set("times", record.times);
    if (record.verb == "loop") json.set("kind", kind_name(decision.kind));
    json.set("predicted_s", seconds(decision.predicted_ns)).set("actual_s", seconds(decision.actual_ns));
    json.set("regret_s", seconds(decision.regret_ns));
    if (!record.key.empty()) json.set("key", record.key);
    return json;
}

Json texts_json(const std::vector<std::string>& texts) {
    Json json = Json::array();
    for (const std::string& text : texts)
        json.push(text);
    return json;
}

Json items_json(const std::vector<ItemTimes>& items) {
    Json json = Json::array();
    for (const ItemTimes& one : items)
        json.push(Json::object()
                      .set("what", one.what)
                      .set("items", one.items)
                      .set("p50_s", seconds(one.p50_ns))
                      .set("p95_s", seconds(one.p95_ns))
                      .set("max_s", seconds(one.max_ns)));
    return json;
}

}  // namespace

ItemTimes item_times(std::string what, std::vector<std::int64_t> each_ns) {
    ItemTimes times;
    times.what = std::move(what);
    times.items = each_ns.size();
    if (each_ns.empty()) return times;
    std::ranges::sort(each_ns);
    const auto at = [&](std::size_t percent) { return each_ns[(each_ns.size() * percent + 99) / 100 - 1]; };
    times.p50_ns = at(50);
    times.p95_ns = at(95);
    times.max_ns = each_ns.back();
    return times;
}

Json Execution::to_json() const {
    Json json = Json::object();
    json.set("correlation_id", id.hex());
    json.set("origin", origin_name(origin)).set("age_s", seconds(age_ns)).set("key", key);
    json.set("wall_s", wall_seconds).set("cpu_s", cpu_seconds).set("input_bytes", input_bytes);
    json.set("rows_read", rows_read);
    json.set("peak_budget_bytes", peak_budget_bytes).set("peak_resident_bytes", peak_resident_bytes);
    Json grants = Json::array();
    for (const Grant& grant : plan.grants)
        grants.push(Json::object().set("what", grant.what).set("amount", grant.amount).set("reason", grant.reason));
    json.set("plan", std::move(grants));
    Json made = Json::array();
    for (const GateRecord& record : decisions)
        made.push(decision_json(record));
    json.set("decisions", std::move(made));
    Json parts = Json::array();
    for (const Stage& stage : stages)
        parts.push(
            Json::object().set("name", stage.name).set("wall_s", seconds(stage.wall_ns)).set("times", stage.times));
    json.set("stages", std::move(parts));
    json.set("items", items_json(items));
    json.set("fallbacks", texts_json(fallbacks)).set("not_kept", texts_json(not_kept));
    json.set("drifts", texts_json(drifts));
    Json late = Json::array();
    for (const SlowEvent& event : slow)
        late.push(Json::object()
                      .set("site", event.site)
                      .set("level", slow_level_name(event.level))
                      .set("took_s", seconds(event.took_ns))
                      .set("threshold_s", seconds(event.threshold_ns))
                      .set("note", event.note));
    json.set("slow", std::move(late));
    return json;
}

std::string Execution::describe() const {
    std::string text = cat("  result: ", origin_name(origin), " in ", human_seconds(wall_seconds), " (",
                           human_seconds(cpu_seconds), " CPU, peak ", human_bytes(peak_resident_bytes), ")\n");
    if (!key.empty()) text += cat("  key: ", key, '\n');
    for (const GateRecord& record : decisions) {
        const Decision& decision = record.decision;
        text += cat("  ", record.verb, ' ', decision.site);
        if (decision.items > 0) text += cat(", ", human_count(static_cast<std::int64_t>(decision.items)), " items");
        if (decision.threads > 1) text += cat(", ", decision.threads, " threads");
        text += cat(": ", decision.reason);
        if (decision.predicted_ns > 0) text += cat("; predicted ", human_seconds(seconds(decision.predicted_ns)));
        if (decision.actual_ns > 0) text += cat("; took ", human_seconds(seconds(decision.actual_ns)));
        if (decision.regret_ns > 0)
            text += cat("; ", human_seconds(seconds(decision.regret_ns)), " lost against the better choice");
        if (record.times > 1) text += cat(" (", record.times, " times)");
        if (!record.key.empty() && record.key != key) text += cat("; key ", record.key);
        text += '\n';
    }
    for (const Stage& stage : stages)
        text += cat("  stage ", stage.name, ": ", human_seconds(seconds(stage.wall_ns)), '\n');
    for (const ItemTimes& one : items)
        text += cat("  each ", one.what, ": half took ", human_seconds(seconds(one.p50_ns)), " at most, 95 % ",
                    human_seconds(seconds(one.p95_ns)), ", the longest ", human_seconds(seconds(one.max_ns)), " (",
                    one.items, ")\n");
    for (const std::string& reason : fallbacks)
        text += cat("  fallback: ", reason, '\n');
    for (const std::string& reason : not_kept)
        text += cat("  not kept: ", reason, '\n');
    for (const std::string& alert : drifts)
        text += cat("  drift: ", alert, '\n');
    return text;
}

}  // namespace hone
