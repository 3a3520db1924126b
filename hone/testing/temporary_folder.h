#pragma once
#include <string>
#include <string_view>

#include "hone/base/files.h"

namespace hone::testing {

/// A folder of its own for one test, removed with everything in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const Path& path() const { return path_; }
    /// Writes `bytes` to a file of this folder and returns its path.
    Path write(std::string_view name, std::string_view bytes) const;

private:
    Path path_;
};

/// The seed of random tests: HONE_TEST_SEED if set, else fixed. Printed at the start of every test program.
unsigned long long test_seed();
/// How many times longer than in `./dev test` campaigns run: HONE_TEST_SCALE, default 1.
int test_scale();

}  // namespace hone::testing
