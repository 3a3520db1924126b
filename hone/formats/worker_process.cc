#include "hone/formats/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace hone::documents {
namespace {

constexpr std::size_t kLargestHello = 4096;

std::pair<Descriptor, Descriptor> socket_pair(int kind) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, ends.data()) != 0)
        fail_system(errno, "open a socket pair for", "the document worker");
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

pid_t spawn(const std::string& executable, int control) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, control, kControlDescriptor);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0);
    // Nothing of this process' own settings, which may hold secrets.
    std::string locale = "LC_ALL=C.UTF-8", threads = "OMP_THREAD_LIMIT=1", folders = "PATH=/usr/bin:/bin";
    std::array<char*, 4> environment = {locale.data(), threads.data(), folders.data(), nullptr};
    std::string name = executable;
    std::array<char*, 2> words = {name.data(), nullptr};
    pid_t process = 0;
    const int failed = ::posix_spawn(&process, executable.c_str(), &actions, nullptr, words.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) fail_system(failed, "start", executable);
    return process;
}

/// Sends one message; false if nobody can receive it any more.
bool send_message(int control, const std::string& bytes, const std::vector<int>& descriptors) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> ancillary{};
    if (!descriptors.empty()) {
        message.msg_control = ancillary.data();
        message.msg_controllen = ancillary.size();
        cmsghdr* const head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(2 * sizeof(int));
        std::memcpy(CMSG_DATA(head), descriptors.data(), 2 * sizeof(int));
    }
    ssize_t sent = -1;
    do
        sent = ::sendmsg(control, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Descriptor memory_file(std::string_view bytes) {
    Descriptor file(::memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (file.number() < 0) fail_system(errno, "make a memory file for", "a document");
    for (std::string_view left = bytes; !left.empty();) {
        const ssize_t written = ::write(file.number(), left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) fail_system(errno, "write a memory file for", "a document");
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fcntl(file.number(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
        fail_system(errno, "seal a memory file for", "a document");
    return file;
}

WorkerProcess::WorkerProcess(const std::string& executable) {
    auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
    process_ = spawn(executable, theirs.number());
    control_ = std::move(ours);
}

WorkerProcess::~WorkerProcess() {
    ::kill(static_cast<pid_t>(process_), SIGKILL);  // not waited for yet, so the number is still its own
    while (::waitpid(static_cast<pid_t>(process_), nullptr, 0) < 0 && errno == EINTR)
        continue;
}

std::string WorkerProcess::hello(int milliseconds) {
    pollfd control{control_.number(), POLLIN, 0};
    if (::poll(&control, 1, milliseconds) <= 0) return {};
    std::string bytes(kLargestHello, '\0');
    const ssize_t got = ::recv(control_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got <= 0) return {};
    bytes.resize(static_cast<std::size_t>(got));
    const std::optional<FrameHeader> header = read_header(bytes);
    if (!header || header->type != FrameType::Hello || header->payload_bytes != bytes.size() - kHeaderBytes) return {};
    return valid_utf8(std::string_view(bytes).substr(kHeaderBytes));
}

Descriptor WorkerProcess::start(const Descriptor& document, std::uint64_t number, CorrelationId correlation) {
    auto [ours, theirs] = socket_pair(SOCK_STREAM);
    if (!send_message(control_.number(), frame_bytes(FrameType::Start, correlation, encode_child_number(number)),
                      {document.number(), theirs.number()}))
        return Descriptor();
    return std::move(ours);
}

void WorkerProcess::kill(std::uint64_t number, CorrelationId correlation) {
    send_message(control_.number(), frame_bytes(FrameType::Kill, correlation, encode_child_number(number)), {});
}

}  // namespace hone::documents
