#include "faults/effect.hpp"

#include "tests/catch.hpp"
#include "tests/derived_docs.hpp"
#include "tests/profiles/loading.hpp"
#include "tests/source.hpp"

using namespace smtpsim;
using namespace smtpsim::faults;

namespace {

/// NOOP where that makes sense, else the first stage that does.
std::string stage_for(const Where& where) {
    if (where.stages.test(static_cast<std::size_t>(Stage::noop))) return "noop";
    for (const StageRow& row : stage_table)
        if (where.stages.test(static_cast<std::size_t>(row.stage))) return std::string(row.name);
    return "";
}

/// The first problem of a fault that does this; empty: none.
std::string problem_of(const std::string& stage, const std::string& effect) {
    const std::string captures = stage == "noop" ? "    when: {command: '/(.*)/'}\n" : "";
    const auto profile =
        profiles::test::loaded("smtpsim: 1\nprofile: p\nfaults:\n  - at: " + stage + '\n' +
                               captures + "    do:\n      - " + effect + '\n');
    return profile ? "" : profile.error().front().text();
}

} // namespace

TEST_CASE("every effect is explained in the reference, as a word and with a value", "[effects]") {
    const std::string reference = source_text("docs/profile-reference.md");
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        CAPTURE(E::name);
        const std::string name = '`' + std::string(E::name) + '`';
        if constexpr (IsWord<E>)
            CHECK(reference.find(name + " (" + std::string(E::word) + ')') != std::string::npos);
        if constexpr (IsKey<E>) CHECK(reference.find("\n| " + name + " | ") != std::string::npos);
    });
}

TEST_CASE("README's table has every effect, and is what their list says now", "[effects]") {
    const std::string readme = source_text("README.md");
    CHECK((readme == with_effects(readme))); // to renew it: --target docs
    const std::size_t begin = readme.find(effects_begin);
    REQUIRE(begin != std::string::npos);
    const std::string table = readme.substr(begin, readme.find(effects_end) - begin);
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        CAPTURE(E::name);
        const bool found = table.find(' ' + std::string(E::name) + ' ') != std::string::npos ||
                           table.find('`' + std::string(E::name) + ' ') != std::string::npos ||
                           table.find(' ' + std::string(E::name) + '`') != std::string::npos ||
                           table.find('`' + std::string(E::name) + '`') != std::string::npos;
        CHECK(found);
    });
}

TEST_CASE("CONTRIBUTING shows a whole effect as it is", "[effects]") {
    const std::string contributing = source_text("CONTRIBUTING.md");
    CHECK(contributing.find("    struct Corrupt {\n") != std::string::npos);
    CHECK((contributing == with_worked_effect(contributing))); // to renew it: --target docs
}

TEST_CASE("every effect loads as a word, and with its example as a value", "[effects]") {
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        const std::string name(E::name);
        const std::string stage = stage_for(E{}.where());
        CAPTURE(name, stage);
        if constexpr (IsWord<E>) CHECK(problem_of(stage, name) == "");
        if constexpr (IsKey<E>)
            CHECK(problem_of(stage, name + ": " + std::string(E::example)) == "");
    });
}

TEST_CASE("an effect that changes what is said says nothing itself", "[effects]") {
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        CAPTURE(E::name);
        const Role role = E{}.role();
        CHECK_FALSE((role.transforms && (role.says || role.adds || role.ends)));
        CHECK(role.transforms == (E::topic == Topic::transforms || E::topic == Topic::ehlo));
    });
}
