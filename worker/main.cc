// hone-docworker: stays warm and forks a child for each document that hone hands over. Ends when its control socket is
// closed, that is when hone ends for whatever reason, and its children with it.
#include <fcntl.h>
#include <poll.h>
#include <poppler-config.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "hone/formats/document_protocol.h"
#include "worker/child.h"
#include "worker/confine.h"
#include "worker/pdf_document.h"

namespace hone::worker {
namespace {

using namespace documents;

#ifndef HONE_OCR_VERSION
#define HONE_OCR_VERSION ""
#endif
constexpr const char* kVersion = "hone-docworker " HONE_VERSION ", poppler " POPPLER_VERSION HONE_OCR_VERSION;

struct Message {
    FrameHeader header;
    std::uint64_t child = 0;
    std::array<int, 2> descriptors = {-1, -1};
};

/// The next message of hone; nothing when hone is gone or sends what it never sends.
std::optional<Message> receive() {
    std::array<char, kHeaderBytes + kChildNumberBytes> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> ancillary{};
    iovec part{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = ancillary.data();
    message.msg_controllen = ancillary.size();
    ssize_t got = -1;
    do
        got = ::recvmsg(kControlDescriptor, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return std::nullopt;
    Message result;
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head))
        if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
            head->cmsg_len == CMSG_LEN(2 * sizeof(int)))
            std::memcpy(result.descriptors.data(), CMSG_DATA(head), 2 * sizeof(int));
    const std::string_view frame(bytes.data(), static_cast<std::size_t>(got));
    const std::optional<FrameHeader> header = read_header(frame);
    if (!header || frame.size() != bytes.size()) return std::nullopt;
    result.header = *header;
    result.child = decode_child_number(frame.substr(kHeaderBytes));
    return result;
}

class WarmParent {
public:
    int run() {
        const std::string confinement = prepare_confinement();
        // Without Landlock no tables of characters are opened, and other text may be read.
        const bool opens_tables = confinement.find("landlock") != std::string::npos;
        const std::string hello = cat(kVersion, opens_tables ? "" : ", without landlock", "\n", confinement);
        const std::string frame = frame_bytes(FrameType::Hello, {}, hello);
        if (::send(kControlDescriptor, frame.data(), frame.size(), MSG_NOSIGNAL) < 0) return 1;
        warm_up();
        sigset_t no_signals;
        sigemptyset(&no_signals);
        for (;;) {
            pollfd control{kControlDescriptor, POLLIN, 0};
            const int ready = ::ppoll(&control, 1, nullptr, &no_signals);  // ends early when a child has ended
            reap();
            if (ready <= 0) continue;
            const std::optional<Message> message = receive();
            if (!message) return 0;
            serve(*message);
        }
    }

private:
    void reap() {
        int state = 0;
        for (pid_t child = ::waitpid(-1, &state, WNOHANG); child > 0; child = ::waitpid(-1, &state, WNOHANG))
            std::erase_if(children_, [&](const auto& entry) { return entry.second == child; });
    }

    void serve(const Message& message) {
        const auto [document, channel] = message.descriptors;
        if (message.header.type == FrameType::Kill) {
            // Not reaped yet, so the number is still that of the child.
            const auto child = children_.find(message.child);
            if (child != children_.end()) ::kill(child->second, SIGKILL);
        } else if (message.header.type == FrameType::Start && document >= 0) {
            start(message);
        }
        for (const int descriptor : message.descriptors)
            if (descriptor >= 0) ::close(descriptor);
    }

    void start(const Message& message) {
        const pid_t parent = ::getpid();
        const pid_t child = ::fork();
        if (child > 0) children_[message.child] = child;
        if (child != 0) return;  // if it failed, hone sees the socket closed
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(1);
        ::close(kControlDescriptor);
        sigset_t no_signals;
        sigemptyset(&no_signals);
        ::sigprocmask(SIG_SETMASK, &no_signals, nullptr);
        ::_exit(serve_document(message.descriptors[0], message.descriptors[1], message.header.correlation));
    }

    std::map<std::uint64_t, pid_t> children_;  ///< by the number that hone gave
};

void on_child(int) {}

/// Takes nothing over from whoever started this process: no signals, no descriptors.
void start_clean() {
    struct sigaction action {};
    action.sa_handler = &on_child;
    ::sigaction(SIGCHLD, &action, nullptr);
    ::signal(SIGINT, SIG_IGN);  // of the terminal: hone decides
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_SETMASK, &children, nullptr);
    ::close_range(kControlDescriptor + 1, ~0U, 0);
    ::fcntl(kControlDescriptor, F_SETFD, FD_CLOEXEC);
}

}  // namespace
}  // namespace hone::worker

int main(int count, char** words) {
    if (count == 2 && std::string_view(words[1]) == "--version") {
        std::puts(hone::worker::kVersion);
        return 0;
    }
    int kind = 0;
    socklen_t size = sizeof kind;
    if (count == 2 && std::string_view(words[1]) == "--probe") {
        std::printf("%s\n", hone::worker::prepare_confinement().c_str());
        return hone::worker::probe_confinement();
    }
    if (count != 1 || ::getsockopt(hone::documents::kControlDescriptor, SOL_SOCKET, SO_TYPE, &kind, &size) != 0 ||
        kind != SOCK_SEQPACKET) {
        std::fputs("hone-docworker reads documents for hone, which starts it; by hand: hone-docworker --version\n",
                   stderr);
        return 2;
    }
    hone::worker::start_clean();
    return hone::worker::WarmParent().run();
}
