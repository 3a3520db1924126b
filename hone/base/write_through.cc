#include "hone/base/write_through.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <system_error>

#include "hone/base/error.h"

namespace hone {
namespace {

/// Keeps SIGPIPE from this thread, so that a reader who leaves is an error of the write.
class WithoutPipeSignal {
public:
    WithoutPipeSignal() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~WithoutPipeSignal() {
        const timespec now{};
        if (sigismember(&before_, SIGPIPE) == 0)
            while (::sigtimedwait(&pipe_, nullptr, &now) > 0) {
            }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    WithoutPipeSignal(const WithoutPipeSignal&) = delete;
    WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;

private:
    sigset_t pipe_{}, before_{};
};

/// True for names of what this process has open: /dev/fd/1, where /dev/stdout leads.
bool names_descriptor(const Path& path) {
    const Path folder = path.parent_path();
    return folder == "/dev/fd" || (folder.filename() == "fd" && folder.parent_path().parent_path() == "/proc");
}

/// Where the links of `path` lead in the end, or to a descriptor; the last name need not exist.
Path target_of(const Path& path) {
    constexpr int kMostLinks = 40;  // as many as Linux follows
    Path at = path;
    for (int links = 0; links <= kMostLinks; ++links) {
        std::error_code failed;
        const Path next = std::filesystem::read_symlink(at, failed);
        if (failed || names_descriptor(at)) return at;
        at = next.is_absolute() ? next : at.parent_path() / next;
    }
    fail_system(ELOOP, "write", path.string());
}

void write_all(int file, const Path& path, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {  // a pipe that is full: its reader is there
            constexpr int kPatienceMs = 10'000;
            pollfd wait{file, POLLOUT, 0};
            if (::poll(&wait, 1, kPatienceMs) == 0)
                fail(Fault::System, "cannot write ", path.string(), ": the reader of the pipe takes nothing");
        } else if (errno != EINTR) {
            fail_system(errno, "write", path.string());
        }
    }
}

void write_in_place(const Path& path, std::string_view bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0 && errno == ENXIO) fail(Fault::System, "cannot write ", path.string(), ": nobody reads the pipe");
    if (file < 0) fail_system(errno, "write", path.string());
    const WithoutPipeSignal quiet;
    try {
        write_all(file, path, bytes);
    } catch (const Error&) {
        ::close(file);
        throw;
    }
    if (::close(file) != 0 && errno != EINTR) fail_system(errno, "write", path.string());
}

}  // namespace

void write_through(const Path& path, std::string_view bytes) {
    struct stat status {};
    const bool exists = ::stat(path.c_str(), &status) == 0;
    const bool is_file = !exists || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
    if (!is_file) return write_in_place(path, bytes);
    const Path target = target_of(path);
    if (names_descriptor(target)) return write_in_place(target, bytes);
    write_file(real_files(), target, bytes);
}

}  // namespace hone
