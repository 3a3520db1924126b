#pragma once
#include <cstddef>
#include <string>

#include "hone/base/error.h"
#include "hone/cli/settings.h"
#include "hone/engine/deliver.h"

namespace hone::cli {

/// Writes to stdout; Fault::System when it cannot be written.
void print(std::string_view text);
/// Writes to stderr; failures are ignored.
void say(std::string_view text);
/// Columns of the terminal on stdout; 4096, more than any table needs, when it is a file or a pipe.
std::size_t terminal_width();

/// A table of a command on stdout, in the format that the settings ask for.
void print_table(const Settings& settings, const Table& table);
/// A result on stdout in the format asked for: scalars and main table for a person, or an encoding. A result that is
/// one text and nothing else is printed as it is.
void print_result(const Result& result, Format format);
/// Kinds of Issues with counts and first examples, on stderr.
void say_issues(const IssueList& issues);
/// An error with how to mend it and which help page explains it, on stderr.
void say_error(const Error& error);
/// Scalars of a summary as aligned lines; nested objects as dotted names, arrays by their size.
std::string summary_lines(const Json& summary);

}  // namespace hone::cli
