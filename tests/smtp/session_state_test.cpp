#include "smtp/session_state.hpp"

#include "tests/catch.hpp"

#include <set>
#include <string>

using namespace smtpsim::smtp;

TEST_CASE("every state has a name of its own, a way out and a source", "[session]") {
    std::set<std::string_view> names;
    for (const StateRow& entry : state_table) {
        CAPTURE(entry.name);
        CHECK(names.insert(entry.name).second);
        CHECK_FALSE(entry.left_by.empty());
        CHECK(entry.source.find("RFC") == 0);
    }
}

TEST_CASE("a session begins with its greeting, which takes no input", "[session]") {
    const SessionState first;
    CHECK(row(first).name == "greeting");
    CHECK(row(first).takes == Input::nothing);
    CHECK(row(state::Chunk{1, false}).takes == Input::chunk);
    CHECK(row(state::RefusedChunk{1}).takes == Input::chunk);
    CHECK(row(state::Delivery{}).takes == Input::nothing);
}
