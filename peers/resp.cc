#include "peers/resp.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "hone/base/error.h"
#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone::peers {
namespace {

constexpr std::size_t kStep = std::size_t{64} << 10;

}  // namespace

std::optional<RedisConnection> RedisConnection::open(const std::string& socket_path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    check(socket_path.size() < sizeof address.sun_path, "the path of a socket is short");
    std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) fail_system(errno, "open", "a socket");
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return RedisConnection(socket);
    ::close(socket);
    return std::nullopt;
}

RedisConnection::RedisConnection(RedisConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      out_(std::move(other.out_)),
      in_(std::move(other.in_)),
      at_(other.at_) {}

RedisConnection::~RedisConnection() {
    if (socket_ >= 0) ::close(socket_);
}

void RedisConnection::add(std::initializer_list<std::string_view> words) {
    out_ += cat('*', words.size(), "\r\n");
    for (const std::string_view word : words)
        out_ += cat('$', word.size(), "\r\n", word, "\r\n");
}

void RedisConnection::flush() {
    for (std::size_t sent = 0; sent < out_.size();) {
        const ssize_t now = ::send(socket_, out_.data() + sent, out_.size() - sent, MSG_NOSIGNAL);
        if (now < 0 && errno == EINTR) continue;
        if (now < 0) fail_system(errno, "send to", "the server");
        sent += static_cast<std::size_t>(now);
    }
    out_.clear();
}

void RedisConnection::receive() {
    if (at_ == in_.size()) {
        in_.clear();
        at_ = 0;
    }
    const std::size_t had = in_.size();
    in_.resize(had + kStep);
    ssize_t got = 0;
    do {
        got = ::recv(socket_, in_.data() + had, kStep, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) fail_system(errno, "receive from", "the server");
    in_.resize(had + static_cast<std::size_t>(got));
    if (got == 0) fail(Fault::System, "the server closed the connection");
}

/// The next line without its end; valid until the next call of receive().
std::string_view RedisConnection::line() {
    std::size_t end = in_.find("\r\n", at_);
    while (end == std::string::npos) {
        receive();
        end = in_.find("\r\n", at_);
    }
    const std::string_view text = std::string_view(in_).substr(at_, end - at_);
    at_ = end + 2;
    return text;
}

std::optional<std::string> RedisConnection::reply() {
    const std::string head(line());
    if (head.starts_with('+') || head.starts_with(':')) return head.substr(1);
    if (!head.starts_with('$')) fail(Fault::System, "the server replied: ", head);
    const auto size = parse_int64(std::string_view(head).substr(1));
    if (!size) fail(Fault::System, "the server gave no length: ", head);
    if (*size < 0) return std::nullopt;
    const auto bytes = static_cast<std::size_t>(*size);
    while (in_.size() - at_ < bytes + 2)
        receive();
    std::string text = in_.substr(at_, bytes);
    at_ += bytes + 2;
    return text;
}

std::optional<std::string> RedisConnection::call(std::initializer_list<std::string_view> words) {
    add(words);
    flush();
    return reply();
}

}  // namespace hone::peers
