#include "sim/net/record_file.hpp"

#include "tests/catch.hpp"
#include "tests/sim/net/scratch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

using namespace smtpsim;
using net::mode_of;
using net::put;
using net::Scratch;
using net::text_of;

namespace {

/// Writes "new" into it; empty, or why it cannot.
std::string record(const std::string& path, mode_t mode = net::private_file_mode) {
    const auto file = net::open_record(path, mode);
    if (!file) return file.error().what;
    CHECK(::write(*file, "new", 3) == 3);
    ::close(*file);
    return {};
}

} // namespace

TEST_CASE("a record goes to a new file or to an empty one", "[record-file]") {
    const Scratch scratch;
    if (GENERATE(true, false)) put(scratch / "j", "");
    CHECK(record(scratch / "j").empty());
    CHECK(text_of(scratch / "j") == "new");
}

TEST_CASE("an earlier record is never overwritten", "[record-file]") {
    const Scratch scratch;
    put(scratch / "j", "earlier");
    CHECK(record(scratch / "j") ==
          scratch / "j" + ": is there already and is not empty; remove it or name another");
    CHECK(text_of(scratch / "j") == "earlier");
}

TEST_CASE("a symbolic link is not followed", "[record-file]") {
    const Scratch scratch;
    if (GENERATE(true, false)) put(scratch / "target", "");
    std::filesystem::create_symlink("target", scratch / "j");
    CHECK(record(scratch / "j") ==
          scratch / "j" + ": is a symbolic link; name the file that it leads to");
    CHECK(text_of(scratch / "target").empty());
}

TEST_CASE("a FIFO and a named descriptor are written into", "[record-file]") {
    const Scratch scratch;
    const std::string fifo = scratch / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(record(fifo) == fifo + ": cannot write: nothing reads it");
    const int reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
    const int writer = ::open(fifo.c_str(), O_WRONLY);
    CHECK(record(fifo).empty());
    CHECK(record("/dev/fd/" + std::to_string(writer)).empty());
    std::string read(6, ' ');
    CHECK(::read(reader, read.data(), read.size()) == 6);
    CHECK(read == "newnew");
    ::close(writer);
    ::close(reader);
}

TEST_CASE("a record is its owner's, unless asked otherwise and whatever the umask",
          "[record-file]") {
    const Scratch scratch;
    const auto [umask, mode] = GENERATE(table<mode_t, mode_t>({{0, 0600}, {077, 0640}}));
    const mode_t before = ::umask(umask);
    CHECK(record(scratch / "j", mode).empty());
    ::umask(before);
    CHECK(mode_of(scratch / "j") == mode);
}
