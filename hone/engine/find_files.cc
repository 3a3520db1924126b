#include "hone/engine/find_files.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "hone/base/text.h"

namespace hone {
namespace {

constexpr int kMostNesting = 64;

/// ".doc", or "no ending".
std::string ending_of_name(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? "no ending" : to_lower(name.substr(dot));
}

/// Walks one folder.
class Walk {
public:
    Walk(Files& files, const Param& param, FoundFiles& found) : files_(files), param_(param), found_(found) {}

    void enter(const Path& folder, int depth) {
        if (depth > kMostNesting) return lose(folder, true, Error(Fault::Input, "the folders are nested too deep"));
        try {
            const auto identity = files_.identity(folder);
            if (identity && !entered_.insert({identity->device, identity->inode}).second) {
                ++met_again_;
                return;
            }
            for (const FolderEntry& entry : files_.list(folder))
                look_at(folder / entry.name, entry, depth);
        } catch (const Error& error) {
            if (!is_of_file(error)) throw;
            lose(folder, true, error);
        }
    }

    /// Says what was left out of `folder`.
    void tell(const std::string& folder) {
        constexpr std::size_t kMostEndings = 8;
        std::vector<std::string> parts;
        std::uint64_t count = 0, unnamed = 0;
        for (const auto& [ending, files] : left_out_) {
            count += files;
            if (parts.size() < kMostEndings)
                parts.push_back(cat(files, ' ', ending));
            else
                unnamed += files;
        }
        if (unnamed > 0) parts.push_back(cat(unnamed, " others"));
        if (hidden_ > 0) parts.push_back(cat(hidden_, hidden_ == 1 ? " name" : " names", " with a dot in front"));
        if (met_again_ > 0) parts.push_back(cat(met_again_, " links to folders that were entered already"));
        count += hidden_ + met_again_;
        if (count == 0) return;
        found_.notes.push_back({.id = "input.skipped",
                                .file = folder,
                                .column = param_.name,
                                .severity = Severity::Note,
                                .message = cat("left out: ", join(parts, ", "), "; taken are files that end in ",
                                               join(param_.endings, ", "))});
    }

private:
    void look_at(const Path& path, const FolderEntry& entry, int depth) {
        const bool is_hidden = entry.name.starts_with('.');
        if (entry.is_folder) return is_hidden ? void() : enter(path, depth + 1);
        const std::string name = to_lower(entry.name);
        const bool is_wanted =
            std::ranges::any_of(param_.endings, [&](const std::string& ending) { return name.ends_with(ending); });
        if (is_wanted && !is_hidden)
            found_.files.push_back(path.string());
        else if (is_wanted)
            ++hidden_;
        else if (!is_hidden)
            ++left_out_[ending_of_name(entry.name)];
    }

    void lose(const Path& path, bool is_folder, const Error& error) {
        found_.lost.emplace_back(LostInput{path, error.message(), is_folder}, error);
    }

    Files& files_;
    const Param& param_;
    FoundFiles& found_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> entered_;
    std::map<std::string, std::uint64_t> left_out_;
    std::uint64_t hidden_ = 0, met_again_ = 0;
};

/// Whether the path is a folder; what cannot be looked at is lost.
bool is_folder(Files& files, const std::string& path, FoundFiles& found) {
    try {
        return files.is_folder(path);
    } catch (const Error& error) {
        if (!is_of_file(error)) throw;
        found.lost.emplace_back(LostInput{path, error.message(), false}, error);
        return false;
    }
}

}  // namespace

bool is_of_file(const Error& error) {
    return error.fault() == Fault::Input || error.fault() == Fault::NotFound || error.fault() == Fault::System;
}

FoundFiles find_files(Files& files, const Param& param, const std::string& given) {
    FoundFiles found;
    if (!is_folder(files, given, found)) {
        if (found.lost.empty()) found.files.push_back(given);
        return found;
    }
    Walk walk(files, param, found);
    walk.enter(given, 0);
    std::ranges::sort(found.files);
    std::ranges::sort(found.lost, {}, [](const auto& one) -> const Path& { return one.first.path; });
    if (found.files.empty() && found.lost.empty()) {
        const Error error(Fault::NotFound,
                          cat("the folder ", given, " holds no file that ends in ", join(param.endings, ", ")));
        found.lost.emplace_back(LostInput{given, error.message(), true}, error);
    }
    walk.tell(given);
    return found;
}

}  // namespace hone
