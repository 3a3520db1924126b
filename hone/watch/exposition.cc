#include "hone/watch/exposition.h"

#include <string_view>

#include "hone/base/number.h"
#include "hone/base/text.h"

namespace hone {
namespace {

/// A sample's name outside, and what its values are divided by.
struct Outside {
    std::string name;
    bool is_time = false;

    explicit Outside(std::string_view inside) : name(inside) {
        for (const auto& [from, to] :
             {std::pair<std::string_view, std::string_view>{"_ns", "_seconds"}, {"_ns_total", "_seconds_total"}}) {
            if (!inside.ends_with(from)) continue;
            name = cat(inside.substr(0, inside.size() - from.size()), to);
            is_time = true;
        }
    }
    std::string value(std::uint64_t raw) const { return is_time ? shortest(static_cast<double>(raw) / 1e9) : cat(raw); }
};

std::string escaped(std::string_view text, bool is_label) {
    std::string out;
    for (const char letter : text) {
        if (letter == '\\' || (is_label && letter == '"')) out += '\\';
        if (letter == '\n')
            out += "\\n";
        else
            out += letter;
    }
    return out;
}

std::string label_text(const Labels& labels, std::string_view quantile = {}) {
    std::string out;
    const auto add = [&](std::string_view name, std::string_view value) {
        out += cat(out.empty() ? "{" : ",", name, "=\"", escaped(value, true), '"');
    };
    for (const auto& [name, value] : labels)
        add(name, value);
    if (!quantile.empty()) add("quantile", quantile);
    return out.empty() ? out : out + '}';
}

std::string_view type_of(Sample::Kind kind) {
    switch (kind) {
        case Sample::Kind::Counter:
            return "counter";
        case Sample::Kind::Gauge:
            return "gauge";
        case Sample::Kind::Histogram:
            return "summary";
    }
    return "untyped";
}

void append(std::string& out, const Sample& sample, const Outside& outside) {
    const std::string labels = label_text(sample.labels);
    if (sample.kind == Sample::Kind::Histogram) {
        for (const auto& [quantile, value] :
             {std::pair<std::string_view, std::uint64_t>{"0.5", sample.p50}, {"0.9", sample.p90}, {"0.99", sample.p99}})
            out += cat(outside.name, label_text(sample.labels, quantile), ' ', outside.value(value), '\n');
        out += cat(outside.name, "_sum", labels, ' ', outside.value(sample.sum), '\n');
        out += cat(outside.name, "_count", labels, ' ', sample.value, '\n');
    } else if (sample.kind == Sample::Kind::Counter) {
        out += cat(outside.name, labels, ' ', outside.value(static_cast<std::uint64_t>(sample.value)), '\n');
    } else {
        out += cat(outside.name, labels, ' ',
                   outside.is_time ? shortest(static_cast<double>(sample.value) / 1e9) : cat(sample.value), '\n');
    }
}

}  // namespace

std::string prometheus_text(std::span<const Sample> samples) {
    std::string out;
    std::string_view last;
    for (const Sample& sample : samples) {
        const Outside outside(sample.name);
        if (sample.name != last) {
            out += cat("# HELP ", outside.name, ' ', escaped(sample.help, false), '\n');
            out += cat("# TYPE ", outside.name, ' ', type_of(sample.kind), '\n');
            last = sample.name;
        }
        append(out, sample, outside);
    }
    return out;
}

}  // namespace hone
