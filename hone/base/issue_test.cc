#include "hone/base/issue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hone/base/codec.h"
#include "hone/base/random.h"
#include "hone/base/text.h"
#include "hone/testing/temporary_folder.h"

namespace hone {
namespace {

Issue issue(std::string id, std::int64_t row, Severity severity = Severity::Warning) {
    return {.id = std::move(id), .file = "a.csv", .row = row, .column = "x", .severity = severity, .message = "odd"};
}

TEST(IssueList, CountsAndKeepsInOrder) {
    IssueList list;
    EXPECT_TRUE(list.empty());
    list.add(issue("app.b", 2));
    list.add(issue("app.b", 1));
    list.add(issue("app.a", 9, Severity::Error));
    list.add_count("app.c", Severity::Note, 5);
    list.add_count("app.d", Severity::Note, 0);
    EXPECT_EQ(list.count(), 8U);
    EXPECT_EQ(list.count(Severity::Warning), 2U);
    EXPECT_EQ(list.count(Severity::Note), 5U);
    EXPECT_EQ(list.count("app.b"), 2U);
    EXPECT_EQ(list.count("app.d"), 0U);
    const std::map<std::string, std::uint64_t> counts = {{"app.a", 1}, {"app.b", 2}, {"app.c", 5}};
    EXPECT_EQ(list.counts(), counts);
    const std::vector<Issue> kept = {issue("app.a", 9, Severity::Error), issue("app.b", 1), issue("app.b", 2)};
    EXPECT_EQ(list.kept(), kept);
}

TEST(IssueList, KeepsTheSmallestOfEachId) {
    IssueList list;
    for (std::int64_t row = 3000; row > 0; --row)
        list.add(issue("app.a", row));
    EXPECT_EQ(list.count(), 3000U);
    const std::vector<Issue> kept = list.kept();
    ASSERT_EQ(kept.size(), IssueList::kKeptPerId);
    EXPECT_EQ(kept.front().row, 1);
    EXPECT_EQ(kept.back().row, 1000);
}

TEST(IssueList, KeptSetDoesNotDependOnOrder) {
    Random random(testing::test_seed());
    std::vector<Issue> all;
    for (int i = 0; i < 6000; ++i)
        all.push_back(issue(random.below(4) == 0 ? "app.a" : "app.b", random.between(1, 4000),
                            static_cast<Severity>(random.below(3))));
    IssueList whole;
    for (const Issue& one : all)
        whole.add(one);
    for (int round = 0; round < 4; ++round) {
        for (std::size_t i = all.size(); i > 1; --i)
            std::swap(all[i - 1], all[random.below(i)]);
        std::vector<IssueList> parts(7);
        for (const Issue& one : all)
            parts[random.below(parts.size())].add(one);
        IssueList merged;
        for (const IssueList& part : parts)
            merged.merge(part);
        EXPECT_EQ(merged.kept(), whole.kept());
        EXPECT_EQ(encode_value(merged), encode_value(whole));
    }
}

TEST(IssueList, MergesWithItself) {
    IssueList list;
    list.add(issue("app.a", 1));
    list.merge(list);
    EXPECT_EQ(list.count(), 2U);
    EXPECT_EQ(list.kept().size(), 2U);
}

TEST(IssueList, RaisesOnlyWarningsOfTheIdsGiven) {
    IssueList list;
    list.add(issue("app.a", 1));
    list.add(issue("app.a", 2, Severity::Note));
    list.add(issue("app.b", 3));
    list.add_count("app.a", Severity::Warning, 4);
    list.raise_to_error({"app.a", "app.unknown"});
    EXPECT_EQ(list.count(Severity::Error), 5U);
    EXPECT_EQ(list.count(Severity::Warning), 1U);
    EXPECT_EQ(list.count(Severity::Note), 1U);
    EXPECT_EQ(list.kept()[0].severity, Severity::Error);
    EXPECT_EQ(list.kept()[1].severity, Severity::Note);
}

TEST(IssueList, RenamesFiles) {
    IssueList list;
    list.add(issue("app.a", 1));
    list.rename_files({{"a.csv", "/data/a.csv"}, {"b.csv", "/data/b.csv"}});
    EXPECT_EQ(list.kept()[0].file, "/data/a.csv");
    EXPECT_EQ(list.count(), 1U);
}

TEST(IssueList, SeveritiesHaveNames) {
    EXPECT_EQ(severity_name(Severity::Note), "note");
    EXPECT_EQ(severity_name(Severity::Warning), "warning");
    EXPECT_EQ(severity_name(Severity::Error), "error");
}

}  // namespace
}  // namespace hone
