#include "hone/engine/verify.h"

#include <cerrno>

#include "hone/base/text.h"
#include "hone/table/encodings.h"

namespace hone {
namespace {

constexpr std::uint64_t kSmallBudget = std::uint64_t{48} << 20;

/// Names the first part in which two results differ.
std::string difference(const Outputs& plain, const Outputs& other) {
    if (plain.summary().dump(0) != other.summary().dump(0)) return "the summary differs";
    if (encode_value(plain.issues()) != encode_value(other.issues())) return "the Issues differ";
    if (plain.artifacts().size() != other.artifacts().size()) return "the number of artifacts differs";
    for (std::size_t i = 0; i < plain.artifacts().size(); ++i) {
        const Artifact& a = plain.artifacts()[i];
        const Artifact& b = other.artifacts()[i];
        if (a.name != b.name || a.media != b.media)
            return cat("artifact ", i + 1, " is ", b.name, " instead of ", a.name);
        const bool is_same = a.table ? b.table && *a.table == *b.table : b.blob && a.blob->digest() == b.blob->digest();
        if (!is_same) return cat("artifact ", a.name, " differs");
    }
    return {};
}

class Verification {
public:
    Verification(const App& app, std::string_view task, std::shared_ptr<const void> options, VerifySetting setting)
        : app_(app), task_(task), options_(std::move(options)), setting_(std::move(setting)) {}

    std::vector<VerifyRow> run() {
        EngineOptions plain = base_options();
        plain.is_plain = true;
        Engine truth(plain);
        record(truth, "plain");
        for (const unsigned threads : {1U, 2U, 8U}) {
            EngineOptions options = base_options();
            options.threads = threads;
            with(std::move(options), cat(threads, threads == 1 ? " thread, no cache" : " threads, no cache"));
        }
        with_cache();
        EngineOptions pieces = base_options();
        pieces.most_pieces = 3;
        with(std::move(pieces), "three small pieces");
        EngineOptions small = base_options();
        small.memory_bytes = kSmallBudget;
        with(std::move(small), cat("budget of ", kSmallBudget >> 20, " MiB"));
        with_failing_disk();
        return std::move(rows_);
    }

private:
    EngineOptions base_options() const {
        EngineOptions options;
        options.cancel = setting_.cancel;
        options.docworker = setting_.docworker;
        options.work_folder = setting_.scratch / "work";
        return options;
    }

    void with(EngineOptions options, const std::string& way) {
        Engine engine(std::move(options));
        record(engine, way);
    }

    void with_cache() {
        EngineOptions options = base_options();
        options.cache_folder = setting_.scratch / "cache";
        options.stores_everything = true;
        {
            Engine engine(options);
            record(engine, "cold cache");
            record(engine, "warm memory");
        }
        {
            Engine engine(options);
            record(engine, "warm disk after restart");
        }
        Engine engine(options);
        engine.invalidate(cat("app:", app_.name));
        record(engine, "after invalidation");
    }

    void with_failing_disk() {
        FailingFiles failing(real_files(), [this](std::string_view operation, const Path& path) {
            const bool is_cache = path.string().starts_with((setting_.scratch / "broken").string());
            return is_cache && (operation == "create" || operation == "append" || operation == "rename") ? ENOSPC : 0;
        });
        EngineOptions options = base_options();
        options.cache_folder = setting_.scratch / "broken";
        options.stores_everything = true;
        options.files = &failing;
        with(std::move(options), "cache folder on a full disk");
    }

    void record(Engine& engine, const std::string& way) {
        VerifyRow row;
        row.way = way;
        try {
            const Result result = engine.run_made(app_, task_, options_);
            if (!plain_) plain_ = result.outputs;
            row.digest = result.outputs->digest().hex();
            row.origin = origin_name(result.execution.origin);
            row.wall_seconds = result.execution.wall_seconds;
            row.cpu_seconds = result.execution.cpu_seconds;
            row.difference = difference(*plain_, *result.outputs);
        } catch (const Error& error) {
            // A way that fails where plain execution did not is a finding, not the end of the comparison.
            if (!plain_ || error.fault() == Fault::Cancelled) throw;
            row.difference = error.message();
        }
        row.is_equal = row.difference.empty();
        rows_.push_back(std::move(row));
    }

    const App& app_;
    std::string task_;
    std::shared_ptr<const void> options_;
    VerifySetting setting_;
    std::shared_ptr<const Outputs> plain_;
    std::vector<VerifyRow> rows_;
};

}  // namespace

std::vector<VerifyRow> verify(const App& app, std::string_view task, std::shared_ptr<const void> options,
                              const VerifySetting& setting) {
    return Verification(app, task, std::move(options), setting).run();
}

}  // namespace hone
