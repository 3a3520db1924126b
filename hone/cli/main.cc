#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/text.h"
#include "hone/cli/applications.h"
#include "hone/cli/command.h"
#include "hone/cli/present.h"

namespace {

std::atomic<bool>* stop_flag = nullptr;
volatile std::sig_atomic_t stop_signal = 0;

void request_stop(int signal) {
    if (stop_signal != 0) std::_Exit(128 + signal);  // Asked twice: leave at once.
    stop_signal = signal;
    stop_flag->store(true);
}

void install_handlers(const hone::Cancel& cancel) {
    stop_flag = &cancel.flag();
    struct sigaction action {};
    action.sa_handler = &request_stop;
    for (const int signal : {SIGINT, SIGTERM})
        ::sigaction(signal, &action, nullptr);
}

/// Fills the places of standard streams that are closed, so that no file of a run takes them. Reading and writing there
/// fails as it did.
void keep_standard_streams() {
    for (int stream = 0; stream < 3; ++stream) {
        const int way = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", way) != stream) std::_Exit(4);
    }
}

/// Ends the process where there is no memory even to begin. The runtime library and others take memory when they are
/// loaded, and where they get none, a throw aborts the process without a word. Runs before all of them, so it may call
/// the system only.
void end_without_memory() {
    constexpr std::size_t kTakenAtLoad = 2 << 20;
    void* const room = ::mmap(nullptr, kTakenAtLoad, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room != MAP_FAILED) {
        ::munmap(room, kTakenAtLoad);
        return;
    }
    constexpr std::string_view kWords = "hone: the system has no memory left\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kWords.data(), kWords.size());
    ::_exit(4);
}

[[gnu::section(".preinit_array"), gnu::used]] void (*const before_libraries)() = &end_without_memory;

}  // namespace

int main(int argc, char** argv) {
    using namespace hone;
    keep_standard_streams();
    try {
        cli::Session session;
        install_handlers(session.cancel);
        session.apps = cli::applications();
        session.settings = cli::Settings::from_surroundings();
        const std::vector<std::string> words(argv + 1, argv + argc);
        return cli::run_command_line(session, words);
    } catch (const Error& error) {
        cli::say_error(error);
        if (error.fault() == Fault::Cancelled && stop_signal != 0) return 128 + stop_signal;
        return exit_code(error.fault());
    } catch (const std::bad_alloc&) {
        cli::say("hone: the system has no memory left\n");
        return exit_code(Fault::Limit);
    } catch (const std::exception& error) {
        cli::say(cat("hone: a mistake of its own: ", error.what(), '\n'));
        return exit_code(Fault::Bug);
    }
}
