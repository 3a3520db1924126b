#include "hone/apps/invoice/template_patterns.h"

#include <algorithm>

namespace hone::invoice {
namespace {

class PatternFinder {
public:
    std::vector<std::string> run(const InvoiceTemplate& which) {
        for (const auto& [name, field] : *which.content.find("fields")->members()) {
            if (field.members() != nullptr)
                mapping(field);
            else if (!name.starts_with("static_"))
                add(&field);
        }
        if (const Data* lines = which.content.find("lines")) mapping(*lines);
        const Data* tables = which.content.find("tables");
        if (tables != nullptr && tables->items() != nullptr)
            for (const Data& table : *tables->items())
                mapping(table);
        return std::move(patterns_);
    }

private:
    void add(const Data* value) {
        for (std::string& source : texts_of(value))
            if (std::find(patterns_.begin(), patterns_.end(), source) == patterns_.end())
                patterns_.push_back(std::move(source));
    }

    void mapping(const Data& settings) {
        if (settings.members() == nullptr) return;
        for (const char* part :
             {"regex", "start", "end", "line", "first_line", "last_line", "skip_line", "line_separator", "body"})
            add(settings.find(part));
        const Data* rules = settings.find("rules");
        if (rules != nullptr && rules->items() != nullptr)
            for (const Data& rule : *rules->items())
                mapping(rule);
    }

    std::vector<std::string> patterns_;
};

}  // namespace

std::vector<std::string> template_patterns(const InvoiceTemplate& which) {
    return PatternFinder().run(which);
}

}  // namespace hone::invoice
