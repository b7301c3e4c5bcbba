// The test runner. Catch2 2 makes its main here; 3 brings its own.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
