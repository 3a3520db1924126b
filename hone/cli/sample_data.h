#pragma once
#include <string>
#include <vector>

#include "hone/cli/child.h"
#include "hone/engine/task.h"

namespace hone::cli {

/// Inputs of an application's example, made by its own sample task and kept for the next time.
class SampleData {
public:
    /// Files go to `folder`, and what the child process says to `log`.
    SampleData(Path folder, Path log, Cancel cancel)
        : folder_(std::move(folder)), log_(std::move(log)), cancel_(std::move(cancel)) {}

    /// Makes the inputs unless those of an earlier call, made by the same arguments, are there.
    void make(const App& app, const Example& example) const;
    /// The example's command line: application, task, arguments.
    std::vector<std::string> command(const App& app, const Example& example) const;

    /// Words with "{data}" replaced by the example's folder.
    std::vector<std::string> resolved(const App& app, const Example& example,
                                      const std::vector<std::string>& words) const;

private:
    Path folder_of(const App& app, const Example& example) const;
    Path folder_, log_;
    Cancel cancel_;
};

/// Runs this executable; Fault::Bug, naming the log, if it does not end with `code`.
ChildCost run_self_or_fail(const std::vector<std::string>& words, const Path& log, const Cancel& cancel, int code = 0);

}  // namespace hone::cli
