#include "hone/cli/child.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "hone/base/clock.h"
#include "hone/base/error.h"

namespace hone::cli {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ChildCost run_self(const std::vector<std::string>& arguments, const Path& log, const Cancel& cancel) {
    return run_program("/proc/self/exe", arguments, log, cancel);
}

ChildCost run_program(const Path& program, const std::vector<std::string>& arguments, const Path& log,
                      const Cancel& cancel) {
    std::vector<std::string> words = {program.filename()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    const std::int64_t start = real_clock().monotonic_ns();
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) fail_system(failed, "start", program.string());

    int status = 0;
    rusage usage{};
    while (::wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) fail_system(errno, "wait for", "a child process");
        if (cancel.requested()) ::kill(child, SIGTERM);
    }
    cancel.check();
    ChildCost cost;
    cost.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    cost.wall_seconds = static_cast<double>(real_clock().monotonic_ns() - start) / 1e9;
    cost.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    cost.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    return cost;
}

}  // namespace hone::cli
