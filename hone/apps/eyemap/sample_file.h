#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hone/base/json.h"
#include "hone/base/sha256.h"

namespace hone::eyemap {

/// A mistake put into one row of a CSV file.
struct SampleEdit {
    enum class Kind : std::uint8_t {
        Set,       ///< the columns get the text
        Repeat,    ///< the row comes twice
        Truncate,  ///< the file ends in the middle of the row
        HexPlace,  ///< the two numbers of the place are hexadecimal, in the first row from here on that shows it
        OtherSide  ///< L becomes R and R becomes L
    };
    std::string fault;                 ///< its name
    std::uint64_t row = 0;             ///< from 0
    std::vector<std::string> columns;  ///< by name
    std::string text;                  ///< for Kind::Set; '*' stands for what was there
    Kind kind = Kind::Set;
};

/// How the lines of a CSV file look.
struct SampleLines {
    char separator = ',';
    bool has_crlf_and_bom = false;
};

/// One file of the sample while it is written: counts and digests what goes out, and makes the mistakes asked for.
/// Not thread-safe.
class SampleFile {
public:
    using Sink = std::function<void(std::string_view)>;

    /// A file without header and mistakes.
    SampleFile(std::string name, Sink sink) : name_(std::move(name)), sink_(std::move(sink)) {}
    /// A CSV file with the columns of `header`.
    SampleFile(std::string name, std::string_view header, Sink sink, SampleLines lines, std::vector<SampleEdit> edits);

    /// Writes text; of a CSV file whole lines, each ended by \n, that are `rows` rows.
    void write(std::string_view text, std::uint64_t rows = 0);

    const std::string& name() const { return name_; }
    /// Rows handed to write().
    std::uint64_t rows() const { return rows_; }
    /// File, bytes, rows and SHA-256 of what went out.
    Json entry() const;
    /// The mistakes made so far: fault, file, row (from 0) and line (from 1).
    const Json::Array& faults() const { return faults_; }

private:
    void put(std::string_view text);
    void put_edited(std::string_view lines);
    void put_row(std::string line, std::uint64_t row);
    /// True if the line is one that shows the mistake.
    bool change(const SampleEdit& edit, std::string& line) const;

    std::string name_;
    std::vector<std::string> header_;
    Sink sink_;
    SampleLines lines_;
    std::vector<SampleEdit> edits_;  ///< not yet made
    Sha256 digest_;
    std::uint64_t bytes_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t lines_out_ = 0;
    bool is_ended_ = false;
    Json::Array faults_;
    std::string buffer_;
};

}  // namespace hone::eyemap
