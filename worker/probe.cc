#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "worker/confine.h"

namespace hone::worker {
namespace {

bool all_refused = true;

void report(std::string_view what, bool was_possible) {
    if (was_possible) all_refused = false;
    std::string line(what);
    line += was_possible ? ": POSSIBLE\n" : ": refused\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) all_refused = false;
}

/// A child that nobody confined would end at once.
bool can_fork() {
    const long child = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (child == 0) ::_exit(0);
    return child > 0;
}

}  // namespace

namespace {

int try_everything() {
    if (!confine({})) {
        report("confine", true);
        return 1;
    }
    report("open /etc/passwd", ::open("/etc/passwd", O_RDONLY) >= 0);
    report("open /proc/self/environ", ::open("/proc/self/environ", O_RDONLY) >= 0);
    report("open a font for writing", ::open("/usr/share/fonts", O_TMPFILE | O_RDWR, 0600) >= 0);
    report("create a file", ::open("/tmp/hone-docworker-probe", O_CREAT | O_WRONLY, 0600) >= 0);
    report("socket inet", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
    report("socket unix", ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    report("fork", can_fork());
    const char* const words[] = {"/bin/true", nullptr};
    report("kill the parent", ::kill(::getppid(), 0) == 0);
    report("map code",
           ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    report("ptrace", ::syscall(SYS_ptrace, 0, 0, 0, 0) == 0);
    report("unlink", ::unlink("/tmp/hone-docworker-probe") == 0);
    report("memory beyond the limit",
           ::mmap(nullptr, 1ULL << 30U, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    ::execv(words[0], const_cast<char* const*>(words));
    report("execute a program", false);
    return all_refused ? 0 : 1;
}

}  // namespace

int probe_confinement() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return 1;
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child < 0) return 1;
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);  // a confined process writes no files
        ::_exit(try_everything());
    }
    ::close(ends[1]);
    std::array<char, 4096> piece{};
    for (ssize_t got = 1; got > 0;) {
        got = ::read(ends[0], piece.data(), piece.size());
        if (got > 0) std::fwrite(piece.data(), 1, static_cast<std::size_t>(got), stdout);
    }
    int state = 0;
    ::waitpid(child, &state, 0);
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}

}  // namespace hone::worker
