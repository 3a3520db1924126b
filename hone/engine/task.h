#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/base/issue.h"
#include "hone/engine/drift.h"
#include "hone/engine/outputs.h"
#include "hone/engine/param.h"
#include "hone/engine/run.h"

namespace hone {

/// One thing an application can do.
struct Task {
    enum class Mode {
        Cached,    ///< a function of parameters and inputs
        Uncached,  ///< the same, but cheaper to compute than to keep (a generator of files)
        Fetch,     ///< asks other machines, so it is never kept: parameters do not tell what they answer
    };
    std::string name;
    std::string summary;         ///< one sentence
    std::uint32_t revision = 1;  ///< raised when results change
    ParamSet params;
    std::function<Outputs(Run&, const void* options)> compute;
    Mode mode = Mode::Cached;
    std::function<bool(const void* options)> keeps_nothing = {};  ///< with these options it is not kept; may be empty
    /// How the result went, series by series, for comparison with earlier runs; may be empty. Called for computed
    /// results.
    std::function<std::vector<Observation>(const Outputs&)> observe = {};
    /// What --explain says of a result besides how it was executed: how each thing in it was found; may be empty. Also
    /// called for results that were remembered.
    std::function<std::string(const Outputs&)> explain = {};
    bool reads_documents = false;  ///< it may call run.documents(); the version of what reads them is in its key

    Task&& uncached() && {
        mode = Mode::Uncached;
        return std::move(*this);
    }
    /// Not kept where `rule(options)` holds: the key does not tell all that the result depends on (a password).
    template <class Options>
    Task&& uncached_if(bool (*rule)(const Options&)) && {
        keeps_nothing = [rule](const void* options) { return rule(*static_cast<const Options*>(options)); };
        return std::move(*this);
    }
    Task&& observed_by(std::function<std::vector<Observation>(const Outputs&)> function) && {
        observe = std::move(function);
        return std::move(*this);
    }
    Task&& explained_by(std::function<std::string(const Outputs&)> function) && {
        explain = std::move(function);
        return std::move(*this);
    }
    Task&& reading_documents() && {
        reads_documents = true;
        return std::move(*this);
    }
    Task&& fetching() && {
        mode = Mode::Fetch;
        return std::move(*this);
    }
};

/// Declares a task: make_task("compute", "Envelopes of one crop set", 1, params, &compute).
template <class Options>
Task make_task(std::string name, std::string summary, std::uint32_t revision, const Params<Options>& params,
               Outputs (*compute)(Run&, const Options&)) {
    return {std::move(name), std::move(summary), revision, params.build(),
            [compute](Run& run, const void* options) { return compute(run, *static_cast<const Options*>(options)); }};
}

/// A kind of Issue or error of an application, explained by `hone help ID`.
struct Notice {
    std::string id;           ///< "envelope.duplicate-conflict"
    std::string explanation;  ///< what it means and what to do, for a user
};

/// A realistic run: arguments of a task that makes inputs, then of the task to run on them. "{data}" stands for the
/// folder of the inputs. Demo, contract tests, differential tests and `hone bench` are loops over these.
struct Example {
    std::string name;
    std::vector<std::string> sample;  ///< task and arguments, without --out; empty if no inputs are needed
    std::vector<std::string> run;     ///< task and arguments
};

/// The same computation by other means, measured beside ours: a Python script that prints an object of numbers, each of
/// which must agree to one part in a million with the number of that name in our summary.
struct Peer {
    std::string name;                    ///< "pandas"
    std::string module;                  ///< Python module that must be there
    std::string_view script;             ///< empty = no peer
    std::vector<std::string> arguments;  ///< "{data}" as in an Example
};

/// A further command that `hone bench` measures as a whole process, without a cache.
struct CommandGoal {
    std::string what;  ///< "all figures, SVG"
    Example example;
    double cpu_seconds = 0;  ///< zero = no target
    double peak_mb = 0;
};

/// What `hone bench` holds the demo to, as a whole process; zero = no target.
struct Goals {
    double cold_cpu_seconds = 0;
    double cold_peak_mb = 0;
    double computing_seconds = 0;          ///< of the cold run, without the stages "read ..." and "digest ..."
    double warm_seconds = 0;               ///< unchanged inputs, result in the disk tier
    std::uint64_t small_memory_bytes = 0;  ///< also runs under this limit, and must give the same bytes
    std::string original;                  ///< what the program that inspired the application took, with its source
    Peer peer;
    std::vector<CommandGoal> commands = {};
};

/// An application is data.
struct App {
    std::string name;
    std::string summary;
    std::vector<Task> tasks;
    std::vector<Notice> notices;
    Example demo;                   ///< full scale
    Goals goals;                    ///< of the demo
    std::vector<Example> examples;  ///< small ones for tests; every cached task appears

    const Task* find(std::string_view task) const {
        for (const Task& one : tasks)
            if (one.name == task) return &one;
        return nullptr;
    }
};

}  // namespace hone
