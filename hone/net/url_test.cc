#include "hone/net/url.h"

#include <gtest/gtest.h>

#include "hone/base/error.h"

namespace hone {
namespace {

TEST(Url, TakesAnAddressApart) {
    const Url url = Url::parse("HTTPS://NeuPrint.Example.org:8443/api/x?y=1#part");
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.host, "neuprint.example.org");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.target, "/api/x?y=1");
    EXPECT_EQ(url.path(), "/api/x");
    EXPECT_EQ(url.text(), "https://neuprint.example.org:8443/api/x?y=1");
    EXPECT_EQ(url.origin(), "https://neuprint.example.org:8443");
    EXPECT_EQ(Url::parse("https://a.org").text(), "https://a.org/");
    EXPECT_EQ(Url::parse("http://a.org?q").text(), "http://a.org/?q");
    EXPECT_EQ(Url::parse("http://[::1]:81/a").port, 81);
    EXPECT_EQ(Url::parse("http://[::1]/a").port, 80);
}

TEST(Url, RefusesWhatIsNoAddressWithoutShowingIt) {
    for (const char* text : {"", "neuprint.org", "ftp://a.org/", "https://", "https:///x", "https://user:secret@a.org/",
                             "https://a.org:0/", "https://a.org:65536/", "https://a.org:/", "https://a.org:8x/",
                             "https://a b/", "https://a.org/\r\nX: y", "https://a\\b.org/", "https://\xC3\xA4.org/",
                             "https://a.org@evil.org/", "https://[::1/", "https://[x]/", "https://a.org:+80/"}) {
        try {
            Url::parse(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.fault(), Fault::Usage) << text;
            EXPECT_EQ(error.message().find("secret"), std::string::npos);
        }
    }
    EXPECT_THROW(Url::parse("https://a.org/" + std::string(9000, 'a')), Error);
}

TEST(Url, KnowsWhatStaysOnThisMachine) {
    for (const char* text :
         {"http://localhost/", "http://LOCALHOST:1/", "http://127.0.0.1/", "http://127.9.8.7/", "http://[::1]:90/"})
        EXPECT_TRUE(Url::parse(text).is_loopback()) << text;
    for (const char* text : {"http://127.0.0.1.evil.org/", "http://localhost.evil.org/", "http://128.0.0.1/",
                             "http://127.0.0.256/", "http://127.1/", "http://[::2]/", "http://10.0.0.1/"})
        EXPECT_FALSE(Url::parse(text).is_loopback()) << text;
}

TEST(Url, ComparesOrigins) {
    const Url url = Url::parse("https://a.org/x");
    EXPECT_TRUE(url.has_origin_of(Url::parse("https://A.org:443/y")));
    for (const char* text : {"http://a.org/x", "https://a.org:444/x", "https://b.a.org/x"})
        EXPECT_FALSE(url.has_origin_of(Url::parse(text))) << text;
}

TEST(Url, EncodesOneSegment) {
    EXPECT_EQ(percent_encoded("a/b ?\xC3\xA9~"), "a%2Fb%20%3F%C3%A9~");
}

}  // namespace
}  // namespace hone
