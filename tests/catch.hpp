// Catch2, whichever version is installed: 3 has many headers, 2 has one. Names are those of 3.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Matches;
#else
#include <catch2/catch.hpp>

using Catch::Matchers::Matches;
inline auto ContainsSubstring(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif
