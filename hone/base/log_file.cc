#include "hone/base/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "hone/base/error.h"

namespace hone {
namespace {

class AppendedFile final : public OutputFile {
public:
    AppendedFile(Path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {
        if (descriptor_ < 0) fail_system(errno, "open", path_.string());
    }
    ~AppendedFile() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    AppendedFile(const AppendedFile&) = delete;
    AppendedFile& operator=(const AppendedFile&) = delete;

    void append(std::span<const std::byte> bytes) override {
        check(descriptor_ >= 0, "nothing is appended to a finished file");
        while (!bytes.empty()) {
            const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written >= 0)
                bytes = bytes.subspan(static_cast<std::size_t>(written));
            else if (errno != EINTR)
                fail_system(errno, "write", path_.string());
        }
    }

    void finish() override {
        check(descriptor_ >= 0, "a file is finished once");
        if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) fail_system(errno, "write", path_.string());
    }

private:
    Path path_;
    int descriptor_;
};

}  // namespace

std::unique_ptr<OutputFile> open_log_file(const Path& path) {
    constexpr mode_t kMode = 0644;
    return std::make_unique<AppendedFile>(path, ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
}

std::unique_ptr<OutputFile> standard_error() {
    return std::make_unique<AppendedFile>("the standard error stream",
                                          ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace hone
