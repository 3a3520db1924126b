#include <algorithm>

#include "hone/base/number.h"
#include "hone/base/text.h"
#include "hone/engine/engine_parts.h"

namespace hone {
namespace {

/// One look-up: remembers what happened for the gate's record.
class LookUp {
public:
    LookUp(RunContext& context, const StoreRequest& request)
        : context_(context), parts_(context.parts), request_(request) {}

    std::optional<CachedValue> look() {
        const auto found = parts_.memory.find(request_.key.digest);
        if (found && !is_over(found.value->facts)) {
            origin_ = Origin::Memory;
            return *found.value;
        }
        if (!found && !has_looked_) why_ = miss_reason_text(found.miss);
        has_looked_ = true;
        if (!parts_.disk) return std::nullopt;
        const std::uint64_t seen = parts_.memory.invalidations();
        const std::int64_t start = parts_.clock.monotonic_ns();
        auto [entry, miss, detail] = parts_.disk->look_up(request_.key);
        if (!entry) {
            if (miss) why_ = detail.empty() ? std::string(miss_name(*miss)) : cat(miss_name(*miss), ": ", detail);
            return std::nullopt;
        }
        try {
            auto value = request_.decode(entry->bytes);
            if (!value) {
                why_ = "a part of it is gone";
                return std::nullopt;
            }
            parts_.load_cost.learn(value->weight_bytes, parts_.clock.monotonic_ns() - start);
            value->facts = std::move(entry->facts);
            entry.reset();  // its bytes and their charge make room before the value is kept
            parts_.memory.put_unless_invalidated(request_.key.digest, *value, lifetime_of(*value), seen);
            origin_ = Origin::Disk;
            return value;
        } catch (const Error& error) {
            if (error.fault() != Fault::Input) throw;
            context_.record_fallback(cat("a stored value could not be read: ", error.message()));
            return std::nullopt;
        }
    }

    CachedValue compute(Lease& lease) {
        const LeaseScope scope(context_, lease);
        const std::int64_t start = parts_.clock.monotonic_ns();
        CachedValue value = request_.compute();
        origin_ = Origin::Computed;
        value.facts.cost_ns = parts_.clock.monotonic_ns() - start;
        value.facts.created_wall_ns = parts_.clock.wall_ns();
        value.facts.tags = request_.tags;
        value.facts.fence = lease.number();
        store(value);
        return value;
    }

    Origin origin() const { return origin_; }
    const std::string& stored() const { return stored_; }
    /// Why the entry that was looked for is not there, as far as that shows at once; `hone cache why` knows more.
    const std::string& why() const { return why_; }

private:
    bool is_over(const EntryFacts& facts) const {
        return facts.expires_wall_ns != 0 && facts.expires_wall_ns <= parts_.clock.wall_ns();
    }

    /// Until its end; 0 if it has none.
    std::int64_t lifetime_of(const CachedValue& value) const {
        const std::int64_t end = value.facts.expires_wall_ns;
        return end == 0 ? 0 : std::max<std::int64_t>(1, end - parts_.clock.wall_ns());
    }

    void store(const CachedValue& value) {
        if (const std::string refusal = request_.refusal ? request_.refusal(value) : ""; !refusal.empty()) {
            stored_ = cat("not kept: ", refusal);
            if (parts_.disk) parts_.disk->note_refused(request_.key, stored_);
            return;
        }
        parts_.memory.put(request_.key.digest, value, lifetime_of(value));
        if (!parts_.disk) {
            stored_ = "no disk tier";
            return;
        }
        const std::int64_t cost = value.facts.cost_ns;
        if (!parts_.options.stores_everything && cost / 2 < parts_.load_cost.expected_ns(value.weight_bytes)) {
            stored_ = "not stored: computing is as fast as loading";
            parts_.disk->note_refused(request_.key, "computing is as fast as loading");
            return;
        }
        const std::string bytes = request_.encode(value);
        const bool done = parts_.disk->put(request_.key, bytes, value.facts);
        stored_ = done ? cat("stored ", human_bytes(bytes.size()), " for ", human_bytes(value.weight_bytes))
                       : "not stored: the cache folder refused";
        if (!done) context_.record_fallback(cat("result not stored: ", parts_.disk->folder()));
    }

    RunContext& context_;
    EngineParts& parts_;
    const StoreRequest& request_;
    Origin origin_ = Origin::Computed;
    std::string stored_;
    std::string why_ = "no entry";
    bool has_looked_ = false;  // the look inside the flight finds less than the first one, which removed what was bad
};

Key blob_key(std::string_view app, const Digest& digest) {
    return KeyBuilder(std::string(app), "blob").add("content", digest.hex()).build();
}

}  // namespace

void store_large_blobs(EngineParts& parts, std::string_view app, const Outputs& outputs, std::int64_t cost_ns) {
    for (const Artifact& artifact : outputs.artifacts()) {
        if (!artifact.blob || !is_stored_apart(*artifact.blob) || artifact.blob->is_stored()) continue;
        const EntryFacts facts{parts.clock.wall_ns(), cost_ns, {cat("app:", app)}};
        if (parts.disk->put(blob_key(app, artifact.blob->digest()), artifact.blob->bytes(), facts))
            artifact.blob->note_stored();
    }
}

std::shared_ptr<const Blob> find_large_blob(EngineParts& parts, std::string_view app, std::uint64_t size,
                                            Digest digest) {
    auto entry = parts.disk->find(blob_key(app, digest));
    if (!entry || entry->bytes.size() != size || digest_of(entry->bytes) != digest) return nullptr;
    return Blob::of(std::move(entry->bytes));
}

Stored find_or_compute(RunContext& context, const StoreRequest& request, const std::string& verb) {
    EngineParts& parts = context.parts;
    const std::int64_t start = parts.clock.monotonic_ns();
    LookUp look_up(context, request);
    auto found = look_up.look();
    Stored stored;
    stored.value = found ? std::move(*found)
                         : parts.flights.run(
                               request.key, context.exec.cancel(), [&look_up] { return look_up.look(); },
                               [&look_up](Lease& lease) { return look_up.compute(lease); });
    stored.origin = look_up.origin();

    Decision decision;
    decision.site = request.key.task;
    decision.actual_ns = parts.clock.monotonic_ns() - start;
    if (stored.origin == Origin::Computed) {
        decision.reason = cat("computed (", look_up.why(), "); ", look_up.stored());
    } else {
        stored.age_ns = parts.clock.wall_ns() - stored.value.facts.created_wall_ns;
        const std::int64_t cost = stored.value.facts.cost_ns;
        decision.reason = cat("remembered (", origin_name(stored.origin), "), instead of ",
                              human_seconds(static_cast<double>(cost) / 1e9));
        decision.predicted_ns = parts.load_cost.expected_ns(stored.value.weight_bytes);
        decision.regret_ns = std::max<std::int64_t>(0, decision.actual_ns - cost);
    }
    const std::string key = request.key.digest.hex();
    context.record(verb, decision, key);
    request.log.debug("looked up", {{"verb", verb},
                                    {"site", decision.site},
                                    {"source", origin_name(stored.origin)},
                                    {"reason", decision.reason},
                                    {"seconds", static_cast<double>(decision.actual_ns) / 1e9},
                                    {"key", key}});
    parts.metrics
        .counter("hone_lookups_total", "Look-ups of results and parts, by where they were found",
                 {{"verb", verb}, {"origin", std::string(origin_name(stored.origin))}})
        .add();
    return stored;
}

}  // namespace hone
