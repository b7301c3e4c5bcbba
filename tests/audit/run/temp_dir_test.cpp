#include "audit/run/temp_dir.hpp"

#include "tests/catch.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace smtpsim;
using namespace smtpsim::run;

namespace {

TempDir folder() {
    auto out = TempDir::make();
    if (!out) FAIL(out.error().what);
    return *std::move(out);
}

std::string text(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("a folder is there while it lives, and its owner's alone", "[folder]") {
    std::string path;
    {
        const TempDir one = folder();
        path = one.path();
        struct ::stat about {};
        REQUIRE(::stat(path.c_str(), &about) == 0);
        CHECK(S_ISDIR(about.st_mode));
        CHECK((about.st_mode & 0777U) == 0700U);
        REQUIRE(one.write("a/b/c", "x").has_value());
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a folder without write permission is removed all the same", "[folder]") {
    std::string path;
    {
        const TempDir one = folder();
        path = one.path();
        REQUIRE(one.write("a/b/c", "x").has_value());
        std::filesystem::permissions(path + "/a/b", std::filesystem::perms::owner_read);
        std::filesystem::permissions(path + "/a", std::filesystem::perms::none);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("two folders are two", "[folder]") { CHECK(folder().path() != folder().path()); }

TEST_CASE("a folder that was moved is removed once, by its new owner", "[folder]") {
    TempDir one = folder();
    const std::string path = one.path();
    {
        const TempDir other = std::move(one);
        CHECK(other.path() == path);
        CHECK(std::filesystem::exists(path));
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("octets are written as they are, over what was there", "[folder]") {
    const TempDir one = folder();
    REQUIRE(one.write("f", "a longer text").has_value());
    REQUIRE(one.write("f", std::string("\0\r\n\xff", 4)).has_value());
    CHECK(text(one.path("f")) == std::string("\0\r\n\xff", 4));
    REQUIRE(one.write("sub/g", "").has_value());
    CHECK(std::filesystem::is_regular_file(one.path("sub/g")));
}

TEST_CASE("a file that cannot be written is reported", "[folder]") {
    const TempDir one = folder();
    REQUIRE(one.write("f", "").has_value());
    const auto under_a_file = one.write("f/g", "x");
    REQUIRE(under_a_file.has_error());
    CHECK(under_a_file.error().what.starts_with(one.path("f/g") + ": cannot write: "));
    CHECK(one.write("", "x").has_error()); // the folder itself
}

TEST_CASE("folders lie below TMPDIR", "[folder]") {
    const char* const before = std::getenv("TMPDIR");
    const std::string old = before == nullptr ? "" : before;
    const TempDir base = folder();
    ::setenv("TMPDIR", base.path().c_str(), 1);
    CHECK(folder().path().starts_with(base.path() + "/smtpsim-"));
    if (before == nullptr)
        ::unsetenv("TMPDIR");
    else
        ::setenv("TMPDIR", old.c_str(), 1);
}
