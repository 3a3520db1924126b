#include "hone/net/http_client.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "hone/base/error.h"
#include "hone/base/text.h"

namespace hone {
namespace {

constexpr const char* kToken = "abc.DEF-123";

/// Answers from a list and remembers what was asked.
class FakeTransport : public HttpTransport {
public:
    struct Reply {
        int status = 200;
        std::string next;
        double retry_after = 0;
        std::optional<HttpFailure> failure = std::nullopt;
    };
    explicit FakeTransport(std::deque<Reply> list) : replies(std::move(list)) {}

    HttpOutcome exchange(const HttpExchange& exchange, Budget& budget, const Cancel&) override {
        asked.push_back(exchange.url.text());
        std::string all;
        for (const auto& [name, value] : exchange.headers)
            all += cat(name, ": ", value, "\n");
        headers.push_back(all);
        methods.push_back(exchange.method);
        if (replies.empty()) throw Error(Fault::Bug, "asked too often");
        const Reply reply = replies.front();
        replies.pop_front();
        HttpOutcome outcome;
        if (reply.failure) {
            outcome.failure = *reply.failure;
            return outcome;
        }
        HttpAnswer& answer = outcome.answer.emplace();
        answer.status = reply.status;
        answer.reservation = Reservation(budget, 100);
        if (!reply.next.empty()) answer.next = reply.next;
        answer.retry_after_seconds = reply.retry_after;
        return outcome;
    }

    std::deque<Reply> replies;
    std::vector<std::string> asked, headers, methods;
};

using Reply = FakeTransport::Reply;
using Kind = HttpFailure::Kind;

struct Case {
    Case(std::initializer_list<Reply> replies) : transport(replies) {}

    HttpAnswer send(std::string_view url, std::string method = "GET", bool is_repeatable = true) {
        const HttpClient client(options, BearerToken(kToken), budget, cancel, transport,
                                [this](double seconds, const Cancel&) { waits.push_back(seconds); });
        return client.send(
            {Url::parse(url), std::move(method), {{"Cookie", "c=1"}, {"Accept", "x/y"}}, "body", is_repeatable});
    }
    Error error(std::string_view url, std::string method = "GET") {
        try {
            send(url, std::move(method));
        } catch (const Error& error) {
            EXPECT_EQ(error.message().find(kToken), std::string::npos);
            return error;
        }
        ADD_FAILURE() << "nothing was thrown for " << url;
        return {Fault::Bug, ""};
    }

    FakeTransport transport;
    HttpOptions options;
    Budget budget{"test"};
    Cancel cancel;
    std::vector<double> waits;
};

bool holds(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(HttpClient, SendsHeadersAndToken) {
    Case one{{200}};
    EXPECT_EQ(one.send("https://a.org/x?y").status, 200);
    EXPECT_EQ(one.transport.asked, std::vector<std::string>{"https://a.org/x?y"});
    EXPECT_EQ(one.transport.headers[0],
              "Cookie: c=1\nAccept: x/y\nUser-Agent: hone\nAuthorization: Bearer abc.DEF-123\n");
    EXPECT_TRUE(one.waits.empty());
    EXPECT_EQ(one.budget.used(), 0U);
}

TEST(HttpClient, TriesAgainLaterEachTime) {
    Case one{{503}, {429}, {0, "", 0, HttpFailure{Kind::Connection, "reset"}}, {504}, {200}};
    EXPECT_EQ(one.send("https://a.org/").status, 200);
    EXPECT_EQ(one.waits, (std::vector<double>{0.5, 1, 2, 4}));
}

TEST(HttpClient, GivesUpWithTheLastAnswer) {
    Case one{{502}, {502}, {502}};
    one.options.attempts = 3;
    EXPECT_EQ(one.send("https://a.org/").status, 502);
    EXPECT_EQ(one.waits.size(), 2U);
}

TEST(HttpClient, WaitsAsLongAsTheServerAsks) {
    Case one{{429, "", 7}, {429, "", 0.1}, {200}};
    EXPECT_EQ(one.send("https://a.org/").status, 200);
    EXPECT_EQ(one.waits, (std::vector<double>{7, 1}));
    Case long_one{{429, "", 3600}};
    EXPECT_EQ(long_one.send("https://a.org/").status, 429);
    EXPECT_TRUE(long_one.waits.empty());
}

TEST(HttpClient, DoesNotRepeatOtherAnswersOrWhatMustNotBe) {
    for (const int status : {200, 204, 304, 400, 401, 403, 404, 500, 501}) {
        Case one{{status}};
        EXPECT_EQ(one.send("https://a.org/").status, status);
    }
    Case one{{503}};
    EXPECT_EQ(one.send("https://a.org/", "POST", false).status, 503);
}

TEST(HttpClient, NamesWhyNoAnswerCame) {
    Case timeout{{0, "", 0, HttpFailure{Kind::Timeout, "t"}}};
    EXPECT_EQ(timeout.error("https://a.org/secret?q").id(), "net.timeout");
    Case trust{{0, "", 0, HttpFailure{Kind::Trust, "self-signed"}}};
    const Error untrusted = trust.error("https://a.org/secret?q");
    EXPECT_EQ(untrusted.id(), "net.untrusted");
    EXPECT_TRUE(holds(untrusted.message(), "https://a.org")) << untrusted.message();
    EXPECT_FALSE(holds(untrusted.message(), "secret")) << untrusted.message();
    Case gone{{0, "", 0, HttpFailure{Kind::Connection, "refused"}}};
    gone.options.attempts = 1;
    EXPECT_EQ(gone.error("https://a.org/").id(), "net.unreachable");
    Case other{{0, "", 0, HttpFailure{Kind::Other, "odd"}}};
    EXPECT_EQ(other.error("https://a.org/").fault(), Fault::System);
}

TEST(HttpClient, KeepsTheTokenFromOtherOrigins) {
    Case one{{302, "https://a.org/2"}, {307, "https://b.org/3"}, {301, "https://a.org/4"}, {200}};
    EXPECT_EQ(one.send("https://a.org/1").status, 200);
    ASSERT_EQ(one.transport.asked.size(), 4U);
    for (const std::size_t own : {0U, 1U, 3U}) {
        EXPECT_TRUE(holds(one.transport.headers[own], kToken));
        EXPECT_TRUE(holds(one.transport.headers[own], "Cookie"));
    }
    EXPECT_EQ(one.transport.headers[2], "Accept: x/y\nUser-Agent: hone\n");
    for (const char* other : {"https://a.org:444/", "https://sub.a.org/"}) {
        Case port{{302, other}, {200}};
        port.send("https://a.org/1");
        EXPECT_FALSE(holds(port.transport.headers[1], kToken)) << other;
    }
}

TEST(HttpClient, FollowsFewRedirectsAndNoneToLessSafety) {
    Case many{{302, "https://a.org/"}, {302, "https://a.org/"}, {302, "https://a.org/"}};
    many.options.redirects = 2;
    EXPECT_EQ(many.error("https://a.org/").fault(), Fault::Limit);
    Case plain{{302, "http://a.org/"}};
    plain.options.is_plain_allowed = true;
    EXPECT_EQ(plain.error("https://a.org/").fault(), Fault::System);
    EXPECT_EQ(plain.transport.asked.size(), 1U);
    Case inward{{302, "https://127.0.0.1/"}};
    EXPECT_EQ(inward.error("https://a.org/").fault(), Fault::System);
    Case odd{{302, "https://user:pass@a.org/"}};
    EXPECT_FALSE(holds(odd.error("https://a.org/").message(), "pass"));
}

TEST(HttpClient, PostIsFollowedOnlyWhereItStaysOne) {
    Case see_other{{303, "https://a.org/2"}};
    EXPECT_EQ(see_other.send("https://a.org/", "POST").status, 303);
    Case temporary{{307, "https://a.org/2"}, {200}};
    EXPECT_EQ(temporary.send("https://a.org/", "POST").status, 200);
    EXPECT_EQ(temporary.transport.methods, (std::vector<std::string>{"POST", "POST"}));
}

TEST(HttpClient, PlainHttpStaysOnThisMachineUnlessAllowed) {
    Case refused{};
    EXPECT_EQ(refused.error("http://a.org/").id(), "net.plain");
    EXPECT_TRUE(refused.transport.asked.empty());
    Case own{{200}};
    EXPECT_EQ(own.send("http://127.0.0.1:8080/").status, 200);
    Case allowed{{200}};
    allowed.options.is_plain_allowed = true;
    EXPECT_EQ(allowed.send("http://a.org/").status, 200);
}

TEST(HttpClient, StopsBetweenAttempts) {
    Case one{{503}, {503}, {503}};
    const HttpClient client(one.options, BearerToken(), one.budget, one.cancel, one.transport,
                            [](double, const Cancel& cancel) { cancel.request(); });
    EXPECT_THROW(client.send({Url::parse("https://a.org/")}), Error);
    EXPECT_EQ(one.transport.asked.size(), 1U);
}

TEST(HttpClient, HeadersAreOneLine) {
    Case one{};
    const HttpClient client(one.options, BearerToken(), one.budget, one.cancel, one.transport);
    EXPECT_THROW(client.send({Url::parse("https://a.org/"), "GET", {{"A", "b\r\nX: y"}}}), Error);
}

TEST(BearerToken, IsReadFromTheEnvironmentAndNeverShown) {
    ::setenv("HONE_TEST_TOKEN", "  s3cret.x ", 1);
    EXPECT_EQ(BearerToken::from_environment("HONE_TEST_TOKEN").authorization(), "Bearer s3cret.x");
    for (const char* text : {"s3cret\r\nHost: evil", "s3cret two", "s3cret\xC3\xA4"}) {
        ::setenv("HONE_TEST_TOKEN", text, 1);
        try {
            BearerToken::from_environment("HONE_TEST_TOKEN");
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_TRUE(holds(error.message(), "HONE_TEST_TOKEN"));
            EXPECT_FALSE(holds(error.message(), "s3cret"));
        }
    }
    ::unsetenv("HONE_TEST_TOKEN");
    EXPECT_THROW(BearerToken::from_environment("HONE_TEST_TOKEN"), Error);
    EXPECT_TRUE(BearerToken().is_empty());
    EXPECT_EQ(BearerToken("abc").removed_from("xabcabcy ab"), "x******y ab");
    EXPECT_EQ(BearerToken("*").removed_from("a*b"), "a***b");
}

}  // namespace
}  // namespace hone
