#include "hone/apps/eyemap/neuprint.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "hone/apps/eyemap/fetch.h"
#include "hone/apps/eyemap/source_examples.h"
#include "hone/base/error.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone::eyemap {
namespace {

/// Reads one Cypher string as the language defines it; returns what follows it.
std::string_view read_cypher(std::string_view text, std::string& value) {
    EXPECT_EQ(text.front(), '\'');
    std::size_t at = 1;
    for (; at < text.size() && text[at] != '\''; ++at) {
        if (text[at] == '\\') ++at;
        value += text[at];
    }
    return text.substr(at + 1);
}

TEST(Neuprint, NamesStayInsideTheirQuotes) {
    Random random(testing::test_seed());
    constexpr std::string_view kLetters = "'\"`;/*-= aZ\xC3\xA9{}[]$0";
    for (int i = 0; i < 5000; ++i) {
        std::string name;
        for (std::uint64_t n = random.below(12); n > 0; --n)
            name += kLetters[random.below(kLetters.size())];
        if (!is_utf8(name)) continue;
        std::string value;
        EXPECT_EQ(read_cypher(cypher_text(name), value), "");
        EXPECT_EQ(value, name);
        const std::string query = neuprint_bodies_query(name);
        std::string inside;
        EXPECT_EQ(read_cypher(query.substr(query.find('\'')), inside),
                  " RETURN DISTINCT n.bodyId AS body_id ORDER BY body_id");
    }
}

TEST(Neuprint, RefusesNamesThatServersReadDifferently) {
    for (const std::string& name : {std::string("a\\"), std::string("\\u0027 OR 1=1"), std::string("a\nb"),
                                    std::string("a\0b", 3), std::string("\xFF"), std::string("\x7F")})
        EXPECT_THROW(cypher_text(name), Error) << json_quote(name);
    const std::vector<std::string> regions = {"ME'] OR s['x"};
    EXPECT_THROW(neuprint_universe_query(regions), Error);
}

TEST(Neuprint, AsksForDistinctSynapsesOfBodies) {
    const std::vector<std::string> regions = {"ME"};
    const std::vector<std::int64_t> bodies = {5, 9'007'199'254'740'993};
    const std::string query = neuprint_synapses_query(regions, bodies);
    EXPECT_NE(query.find("n.bodyId IN [5, 9007199254740993]"), std::string::npos) << query;
    EXPECT_NE(query.find("CASE WHEN s['ME(R)'] THEN ['ME', 'R'] WHEN s['ME(L)'] THEN ['ME', 'L'] END AS place"),
              std::string::npos)
        << query;
    EXPECT_NE(query.find("WITH DISTINCT n, s"), std::string::npos);
}

/// Gives answers in turn and keeps the bodies of the requests.
class FakeTransport : public HttpTransport {
public:
    struct Reply {
        int status = 200;
        std::string body;
        std::string type = "application/json";
    };
    HttpOutcome exchange(const HttpExchange& exchange, Budget&, const Cancel&) override {
        asked.emplace_back(exchange.body);
        paths.push_back(exchange.url.target);
        if (replies.empty()) throw Error(Fault::Bug, "asked too often");
        HttpOutcome outcome;
        HttpAnswer& answer = outcome.answer.emplace();
        answer.status = replies.front().status;
        answer.body = replies.front().body;
        answer.headers = {{"Content-Type", replies.front().type}};
        replies.pop_front();
        return outcome;
    }
    std::deque<Reply> replies;
    std::vector<std::string> asked, paths;
};

struct Case {
    explicit Case(std::deque<FakeTransport::Reply> replies) {
        transport.replies = std::move(replies);
        options.attempts = 1;
    }
    FakeTransport transport;
    HttpOptions options;
    Budget budget{"test"};
    IssueList issues;
    std::vector<std::string> fallbacks;
    std::string written;

    HttpClient client() { return {options, BearerToken("sesame"), budget, Cancel(), transport}; }
    /// Gets the rows of type "T" in batches of four.
    void fetch(bool is_rois = false) {
        const HttpClient http = client();
        const NeuprintServer server(http, Url::parse("https://np.org/base/"), "set:v1", budget);
        FetchPlan plan{{"T"}, {"ME"}, is_rois, true, 4};
        Fetch fetch(
            server, plan, issues,
            {[](std::uint64_t, std::uint64_t) {}, [&](std::string_view reason) { fallbacks.emplace_back(reason); }});
        fetch.write_rows([&](std::string_view text) { written += text; });
    }
    Error error() {
        try {
            fetch();
        } catch (const Error& error) {
            return error;
        }
        ADD_FAILURE() << "nothing was thrown";
        return {Fault::Bug, ""};
    }
};

const std::string kBodies = R"({"columns":["body_id"],"data":[[1],[2],[3],[4],[5]]})";

std::string rows_of(std::string_view body) {
    return cat(R"({"columns":["type","body_id","soma_side","region","side","hex1","hex2","layer","synapses","pre",)",
               R"("post"],"data":[["T",)", body, R"(,null,"ME","R",1,2,3,4,1,3]]})");
}

TEST(Fetch, StreamsRowsInBatches) {
    Case one({{200, kBodies}, {200, rows_of("1")}, {200, rows_of("5")}});
    one.fetch();
    const Json document = Json::parse(one.written);
    EXPECT_EQ(document.at("data").items().size(), 2U);
    EXPECT_EQ(document.at("columns").items().size(), 11U);
    EXPECT_EQ(one.transport.paths[0], "/base/api/custom/custom");
    EXPECT_EQ(Json::parse(one.transport.asked[0]).at("dataset").text(), "set:v1");
    EXPECT_NE(one.transport.asked[1].find("[1, 2, 3, 4]"), std::string::npos);
    EXPECT_NE(one.transport.asked[2].find("[5]"), std::string::npos);
    EXPECT_EQ(one.budget.used(), 0U);
}

TEST(Fetch, AsksForLessWhenItWasTooMuch) {
    Case one({{200, kBodies},
              {500, R"({"error":"memory"})"},
              {200, rows_of("1")},
              {200, rows_of("3")},
              {200, rows_of("5")}});
    one.fetch();
    EXPECT_EQ(Json::parse(one.written).at("data").items().size(), 3U);
    ASSERT_EQ(one.fallbacks.size(), 1U);
    EXPECT_NE(one.fallbacks[0].find("memory"), std::string::npos);
    EXPECT_NE(one.transport.asked[2].find("[1, 2]"), std::string::npos);
    Case small({{200, R"({"columns":["body_id"],"data":[[1]]})"}, {500, R"({"error":"memory"})"}});
    EXPECT_EQ(small.error().id(), "eyemap.server-error");
}

TEST(Fetch, CountsBecomeObjects) {
    Case one(
        {{200, R"({"columns":["body_id"],"data":[[1]]})"},
         {200,
          R"({"columns":["type","body_id","soma_side","roiInfo"],"data":[["T",1,"L","{\"ME(R)\":{\"pre\":2}}"]]})"}});
    one.fetch(true);
    EXPECT_EQ(Json::parse(one.written).at("data").items()[0].items()[3].at("ME(R)").at("pre").integer(), 2);
}

TEST(Fetch, WritesWhatIsRead) {
    Case one({{200, kBodies}, {200, rows_of("1")}, {200, rows_of("5")}});
    one.fetch();
    const Loaded rows = load_text(one.written, {}, "synapses.json");
    EXPECT_EQ(rows.issues.count(Severity::Error), 0U) << join(rows.findings(), "\n");
    EXPECT_EQ(shown(*rows.set), "T\n  ME R\n    1,2 s8 c2 p2/6 [0/0 0/0 8/2]\n");
    Case places({{200, R"({"columns":["body_id"],"data":[[1]]})"},
                 {200, R"({"columns":["type","body_id","soma_side","roiInfo"],"data":[["T",1,"L",)"
                       R"("{\"ME(R)\":{\"pre\":9},\"ME_R_col_3_4\":{\"pre\":2,\"post\":5}}"]]})"}});
    places.fetch(true);
    const Loaded counts = load_text(places.written, {}, "rois.json");
    EXPECT_EQ(counts.issues.count(Severity::Error), 0U) << join(counts.findings(), "\n");
    EXPECT_EQ(shown(*counts.set), "T\n  ME R\n    3,4 s7 c1 p2/5\n");
}

TEST(Fetch, NamesWhatIsWrongWithAnAnswer) {
    EXPECT_EQ(Case({{200, "<html>", "text/html; charset=utf-8"}}).error().id(), "eyemap.server-answer");
    EXPECT_EQ(Case({{200, R"({"columns":["body_id"],"data":[[1)"}}).error().id(), "eyemap.server-answer");
    EXPECT_EQ(Case({{200, R"({"columns":["other"],"data":[]})"}}).error().id(), "eyemap.server-answer");
    EXPECT_EQ(Case({{200, R"({"columns":["body_id"],"data":[["x"]]})"}}).error().fault(), Fault::Input);
    EXPECT_EQ(Case({{200, R"({"columns":["body_id"],"data":[]})"}}).error().fault(), Fault::NotFound);
    const Error refused = Case({{401, R"({"message":"not sesame"})"}}).error();
    EXPECT_EQ(refused.id(), "eyemap.server-refused");
    EXPECT_EQ(refused.message().find("sesame"), std::string::npos) << refused.message();
    EXPECT_EQ(Case({{404, ""}}).error().fault(), Fault::NotFound);
}

}  // namespace
}  // namespace hone::eyemap
