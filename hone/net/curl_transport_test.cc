#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "hone/base/clock.h"
#include "hone/base/error.h"
#include "hone/base/text.h"
#include "hone/net/http_client.h"

namespace hone {
namespace {

/// A server on 127.0.0.1 that hands each connection's first request to `serve` and sends what it returns; with an empty
/// answer it keeps the connection open and silent until the end.
class LoopbackServer {
public:
    using Serve = std::function<std::string(const std::string& request)>;

    explicit LoopbackServer(Serve serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        check(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0, "a free port");
        check(::listen(listener_, 16) == 0, "a port to listen to");
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { accept_all(); });
    }
    ~LoopbackServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        for (const int connection : silent_)
            ::close(connection);
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    Url url(std::string_view target = "/") const { return Url::parse(cat("http://127.0.0.1:", port_, target)); }
    std::vector<std::string> requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    void accept_all() {
        while (true) {
            const int connection = ::accept(listener_, nullptr, nullptr);
            if (connection < 0) return;
            const std::string request = read_request(connection);
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(request);
            }
            const std::string answer = serve_(request);
            if (answer.empty()) {
                silent_.push_back(connection);
                continue;
            }
            for (std::size_t sent = 0; sent < answer.size();) {
                const ssize_t count = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
                if (count <= 0) break;
                sent += static_cast<std::size_t>(count);
            }
            ::close(connection);
        }
    }
    static std::string read_request(int connection) {
        std::string text;
        char bytes[4096];
        std::size_t wanted = std::string::npos;
        while (text.size() < wanted) {
            const ssize_t count = ::recv(connection, bytes, sizeof bytes, 0);
            if (count <= 0) break;
            text.append(bytes, static_cast<std::size_t>(count));
            if (text.front() == '\x16') break;  // a client that wants TLS
            const std::size_t end = text.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            const std::size_t length = text.find("Content-Length: ");
            wanted = end + 4 + (length < end ? std::stoul(text.substr(length + 16)) : 0);
        }
        return text;
    }

    Serve serve_;
    int listener_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<int> silent_;
    std::thread thread_;
};

std::string answer_of(std::string_view status, std::string_view headers, std::string_view body) {
    return cat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n", headers, "\r\n",
               body);
}

HttpExchange exchange_of(const Url& url) {
    HttpExchange exchange;
    exchange.url = url;
    exchange.most_bytes = std::uint64_t{1} << 20;
    return exchange;
}

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(CurlTransport, SendsAndReceives) {
    const LoopbackServer server([](const std::string&) { return answer_of("200 OK", "X-One: a b \r\n", "hello"); });
    HttpExchange exchange = exchange_of(server.url("/x?y=1"));
    exchange.method = "POST";
    exchange.headers = {{"Content-Type", "text/plain"}};
    const std::string body("with \0 zero", 11);
    exchange.body = body;
    Budget budget("test");
    const HttpOutcome outcome = curl_transport().exchange(exchange, budget, Cancel());
    ASSERT_TRUE(outcome.answer) << outcome.failure.reason;
    EXPECT_EQ(outcome.answer->status, 200);
    EXPECT_EQ(outcome.answer->body, "hello");
    EXPECT_EQ(outcome.answer->header("x-one"), "a b");
    EXPECT_EQ(outcome.answer->header("absent"), "");
    EXPECT_GE(budget.used(), 5U);
    const std::string request = server.requests().at(0);
    EXPECT_TRUE(request.starts_with("POST /x?y=1 HTTP/1.1\r\n")) << request;
    EXPECT_TRUE(request.ends_with(body)) << request;
    EXPECT_TRUE(holds(request, "Content-Type: text/plain\r\n"));
    EXPECT_FALSE(holds(request, "Expect:"));
}

TEST(CurlTransport, TellsWhereARedirectLeadsAndWhenToAskAgain) {
    const LoopbackServer server([](const std::string& request) {
        return request.starts_with("GET /a") ? answer_of("302 Found", "Location: ../b?c\r\n", "")
                                             : answer_of("503 Busy", "Retry-After: 12\r\n", "");
    });
    Budget budget("test");
    const HttpOutcome moved = curl_transport().exchange(exchange_of(server.url("/a/x")), budget, Cancel());
    ASSERT_TRUE(moved.answer && moved.answer->next);
    EXPECT_EQ(*moved.answer->next, server.url("/b?c").text());
    const HttpOutcome busy = curl_transport().exchange(exchange_of(server.url("/c")), budget, Cancel());
    ASSERT_TRUE(busy.answer);
    EXPECT_EQ(busy.answer->status, 503);
    EXPECT_EQ(busy.answer->retry_after_seconds, 12);
}

TEST(CurlTransport, RefusesAnswersThatAreTooLarge) {
    const LoopbackServer server(
        [](const std::string&) { return answer_of("200 OK", "", std::string(std::size_t{3} << 20, 'x')); });
    Budget budget("test");
    try {
        curl_transport().exchange(exchange_of(server.url()), budget, Cancel());
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Limit);
    }
    EXPECT_EQ(budget.used(), 0U);
    Budget small("small", 1 << 20);
    HttpExchange exchange = exchange_of(server.url());
    exchange.most_bytes = std::uint64_t{10} << 20;
    EXPECT_THROW(curl_transport().exchange(exchange, small, Cancel()), Error);
    EXPECT_EQ(small.used(), 0U);
    const HttpOutcome whole = curl_transport().exchange(exchange, budget, Cancel());
    ASSERT_TRUE(whole.answer);
    EXPECT_EQ(whole.answer->body.size(), std::size_t{3} << 20);
    EXPECT_GE(budget.used(), std::uint64_t{3} << 20);
}

TEST(CurlTransport, NamesWhatWentWrong) {
    Budget budget("test");
    const LoopbackServer cut([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"; });
    EXPECT_EQ(curl_transport().exchange(exchange_of(cut.url()), budget, Cancel()).failure.kind,
              HttpFailure::Kind::Connection);
    const LoopbackServer silent([](const std::string&) { return ""; });
    HttpExchange waiting = exchange_of(silent.url());
    waiting.total_seconds = 0.1;
    EXPECT_EQ(curl_transport().exchange(waiting, budget, Cancel()).failure.kind, HttpFailure::Kind::Timeout);
    const LoopbackServer plain([](const std::string&) { return "no TLS here\r\n\r\n"; });
    Url encrypted = plain.url();
    encrypted.scheme = "https";
    const HttpOutcome outcome = curl_transport().exchange(exchange_of(encrypted), budget, Cancel());
    EXPECT_FALSE(outcome.answer);
    EXPECT_FALSE(outcome.failure.reason.empty());
    Url nobody = plain.url();
    {
        const LoopbackServer closed([](const std::string&) { return ""; });
        nobody = closed.url();
    }
    EXPECT_EQ(curl_transport().exchange(exchange_of(nobody), budget, Cancel()).failure.kind,
              HttpFailure::Kind::Connection);
}

TEST(CurlTransport, StopsSoonWhenAskedTo) {
    const Cancel cancel;
    std::int64_t asked_ns = 0;
    const LoopbackServer server([&](const std::string&) {
        asked_ns = real_clock().monotonic_ns();
        cancel.request();
        return std::string();
    });
    Budget budget("test");
    try {
        curl_transport().exchange(exchange_of(server.url()), budget, cancel);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault(), Fault::Cancelled);
    }
    const std::int64_t took_ns = real_clock().monotonic_ns() - asked_ns;
    RecordProperty("stopped_after_us", static_cast<int>(took_ns / 1000));
    EXPECT_LT(took_ns, 1'000'000'000);  // 50 ms on a machine that does nothing else
}

TEST(CurlTransport, TheClientRepeatsAndKeepsItsTokenAtHome) {
    const LoopbackServer other([](const std::string&) { return answer_of("200 OK", "", "there"); });
    int count = 0;
    const LoopbackServer own([&](const std::string&) {
        ++count;
        if (count == 1) return answer_of("503 Busy", "", "");
        return answer_of("307 Moved", cat("Location: ", other.url("/there").text(), "\r\n"), "");
    });
    Budget budget("test");
    HttpOptions options;
    options.first_wait_seconds = 0.001;
    const HttpClient client(options, BearerToken("tok-en"), budget, Cancel());
    const HttpAnswer answer = client.send({own.url("/here"), "POST", {}, "body"});
    EXPECT_EQ(answer.body, "there");
    ASSERT_EQ(own.requests().size(), 2U);
    EXPECT_TRUE(holds(own.requests()[0], "Authorization: Bearer tok-en\r\n"));
    ASSERT_EQ(other.requests().size(), 1U);
    EXPECT_FALSE(holds(other.requests()[0], "tok-en"));
    EXPECT_TRUE(other.requests()[0].ends_with("body"));
}

}  // namespace
}  // namespace hone
