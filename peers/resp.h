#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hone::peers {

/// One connection that speaks RESP, the protocol of Redis, over a Unix socket; what a measurement needs of it.
class RedisConnection {
public:
    /// Nothing if nobody listens there.
    static std::optional<RedisConnection> open(const std::string& socket_path);
    RedisConnection(RedisConnection&& other) noexcept;
    RedisConnection& operator=(RedisConnection&&) = delete;
    ~RedisConnection();

    /// Adds a command to what flush() sends.
    void add(std::initializer_list<std::string_view> words);
    void flush();
    /// The next reply: a text, nothing for a null; Fault::System for an error reply or a lost connection.
    std::optional<std::string> reply();
    /// add(), flush() and reply().
    std::optional<std::string> call(std::initializer_list<std::string_view> words);

private:
    explicit RedisConnection(int socket) : socket_(socket) {}
    void receive();
    std::string_view line();

    int socket_ = -1;
    std::string out_;
    std::string in_;
    std::size_t at_ = 0;  // of the next byte of in_
};

}  // namespace hone::peers
