#include "sim/net/message_folder.hpp"

#include "core/thread.hpp"
#include "tests/catch.hpp"
#include "tests/sim/net/scratch.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace smtpsim;
using net::MessageFolder;
using net::mode_of;
using net::names_in;
using net::put;
using net::Scratch;
using net::text_of;
using Names = std::set<std::string>;

namespace {

struct Kept {
    explicit Kept(const std::string& path, mode_t mode = net::private_file_mode) {
        auto opened = MessageFolder::open(
            path, [this](const std::string& line) { complaints.push_back(line); }, mode);
        REQUIRE(opened.has_value());
        folder = *std::move(opened);
    }
    bool keep(std::string_view content) {
        journal::Message message;
        message.content = content;
        return folder->keep(message, 1, Tick{}).has_value();
    }

    std::vector<std::string> complaints;
    std::unique_ptr<MessageFolder> folder;
};

} // namespace

TEST_CASE("two servers in one folder lose no message", "[messages]") {
    const Scratch scratch;
    const std::string path = scratch / "m";
    constexpr int each = 50;
    Kept first{path}, second{path};
    {
        const Thread writer{[&] {
            for (int i = 0; i < each; ++i) first.keep("first");
        }};
        for (int i = 0; i < each; ++i) second.keep("second");
    }
    std::size_t of_first = 0, of_second = 0;
    for (const std::string& name : names_in(path)) {
        if (!name.ends_with(".eml")) continue;
        CHECK(std::filesystem::exists(path + '/' + name.substr(0, 6) + ".json"));
        const std::string text = text_of(path + '/' + name);
        of_first += text == "first" ? 1 : 0;
        of_second += text == "second" ? 1 : 0;
    }
    CHECK(of_first == each);
    CHECK(of_second == each);
    CHECK(names_in(path).size() == 4UL * each);
}

TEST_CASE("a number of which any file is there is passed over", "[messages]") {
    const Scratch scratch;
    Kept kept{scratch.path()};
    put(scratch / "000001.json.part", ""); // another server's
    put(scratch / "000002.json", "");
    put(scratch / "000003.eml", "theirs");
    CHECK(kept.keep("ours"));
    CHECK(names_in(scratch.path()) ==
          Names{"000001.json.part", "000002.json", "000003.eml", "000004.eml", "000004.json"});
    CHECK(text_of(scratch / "000003.eml") == "theirs");
}

TEST_CASE("a name that no server would give does not move the counter", "[messages]") {
    const Scratch scratch;
    const auto name = GENERATE("18446744073709551615.eml", "1000000000000.eml", "9.eml",
                               "000009.txt", "000009.eml.old");
    CAPTURE(name);
    put(scratch / name, "");
    Kept kept{scratch.path()};
    CHECK(kept.keep("x"));
    CHECK(names_in(scratch.path()).contains("000001.eml"));
}

TEST_CASE("after the last number nothing is kept, and nothing is overwritten", "[messages]") {
    const Scratch scratch;
    put(scratch / "999999999998.eml", "old");
    Kept kept{scratch.path()};
    CHECK(kept.keep("last"));
    CHECK(text_of(scratch / "999999999999.eml") == "last");
    CHECK_FALSE(kept.keep("x"));
    CHECK_FALSE(kept.keep("x"));
    CHECK(kept.complaints.back() ==
          scratch.path() + ": cannot keep a message, answering 452: no number is left");
    CHECK(names_in(scratch.path()).size() == 3);
}

TEST_CASE("a folder that is removed, or made anew, keeps messages again", "[messages]") {
    const Scratch scratch;
    const std::string path = scratch / "m";
    const bool is_made_anew = GENERATE(true, false);
    Kept kept{path};
    CHECK(kept.keep("one"));
    std::filesystem::remove_all(path);
    if (is_made_anew) std::filesystem::create_directory(path);
    CHECK(kept.keep("two"));
    CHECK(kept.keep("three"));
    CHECK(names_in(path).size() == 4);
    CHECK(kept.complaints.empty());
}

TEST_CASE("where the folder cannot be made anew, nothing is kept", "[messages]") {
    const Scratch scratch;
    const std::string path = scratch / "m";
    Kept kept{path};
    std::filesystem::remove_all(path);
    put(path, "in the way");
    CHECK_FALSE(kept.keep("two"));
    CHECK(kept.complaints.size() == 1);
    CHECK(text_of(path) == "in the way");
}

TEST_CASE("what a killed server left is removed by the next, and told in one line", "[messages]") {
    const Scratch scratch;
    for (const char* const name : {"000001.eml", "000001.json", "000002.json", "000003.json.part",
                                   "000003.eml.part", "notes.part", "7.json"})
        put(scratch / name, "");
    const Kept kept{scratch.path()};
    CHECK(names_in(scratch.path()) == Names{"000001.eml", "000001.json", "7.json", "notes.part"});
    CHECK(kept.complaints ==
          std::vector{scratch.path() + ": removed 3 files that a killed server has left"});
}

TEST_CASE("while another server uses the folder nothing is removed", "[messages]") {
    const Scratch scratch;
    const Names there{"000002.json", "000003.json.part"};
    {
        const Kept other{scratch.path()};
        for (const std::string& name : there) put(scratch / name, "");
        const Kept kept{scratch.path()};
        CHECK(names_in(scratch.path()) == there);
        CHECK(kept.complaints.empty());
    }
    const Kept alone{scratch.path()};
    CHECK(names_in(scratch.path()).empty());
}

TEST_CASE("messages are their owner's, unless asked otherwise and whatever the umask",
          "[messages]") {
    const Scratch scratch;
    const std::string path = scratch / "m";
    const auto [umask, file, folder] =
        GENERATE(table<mode_t, mode_t, mode_t>({{0, 0600, 0700}, {077, 0640, 0750}}));
    const mode_t before = ::umask(umask);
    Kept kept{path, file};
    CHECK(kept.keep("x"));
    ::umask(before);
    CHECK(mode_of(path) == folder);
    CHECK(mode_of(path + "/000001.eml") == file);
    CHECK(mode_of(path + "/000001.json") == file);
    CHECK(mode_of(path + "/.smtpsim-lock") == file);
}
