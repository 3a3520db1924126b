#include <gtest/gtest.h>

#include <iostream>

#include "hone/testing/temporary_folder.h"

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    std::cout << "seed " << hone::testing::test_seed() << " (HONE_TEST_SEED), scale " << hone::testing::test_scale()
              << " (HONE_TEST_SCALE)\n";
    return RUN_ALL_TESTS();
}
