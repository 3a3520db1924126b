#include "hone/memory/pressure_trigger.h"

#include <fcntl.h>
#include <sys/poll.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace hone {
namespace {

/// An open file descriptor.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

}  // namespace

PressureTrigger arm_kernel_trigger(const Path& file, std::string_view line) {
    const auto refused = [](int error) { return PressureTrigger{{}, std::generic_category().message(error)}; };
    auto open = std::make_shared<Descriptor>(::open(file.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (open->number() < 0) return refused(errno);
    const std::string bytes(line);  // with the zero byte that ends it
    if (::write(open->number(), bytes.c_str(), bytes.size() + 1) < 0) return refused(errno);
    const auto has_fired = [open] {
        pollfd wait{open->number(), POLLPRI, 0};
        return ::poll(&wait, 1, 0) > 0 && (wait.revents & POLLPRI) != 0;
    };
    return {has_fired, {}};
}

}  // namespace hone
