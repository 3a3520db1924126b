#include "hone/testing/temporary_folder.h"

#include <unistd.h>

#include <cstdlib>

#include "hone/base/error.h"

namespace hone::testing {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hone-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) fail(Fault::System, "cannot make a temporary folder: ", name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Path TemporaryFolder::write(std::string_view name, std::string_view bytes) const {
    Path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    write_file(real_files(), path, bytes);
    return path;
}

unsigned long long test_seed() {
    const char* text = std::getenv("HONE_TEST_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 20260101ULL;
}

int test_scale() {
    const char* text = std::getenv("HONE_TEST_SCALE");
    const int scale = text != nullptr ? std::atoi(text) : 1;
    return scale > 0 ? scale : 1;
}

}  // namespace hone::testing
