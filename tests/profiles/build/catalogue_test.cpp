#include "profiles/build/catalogue.hpp"

#include "core/text.hpp"
#include "profiles/meaning/reply_meaning.hpp"
#include "tests/catch.hpp"
#include "tests/profile.hpp"
#include "tests/source.hpp"

#include <map>
#include <set>
#include <sstream>

using namespace smtpsim;
using namespace smtpsim::profiles;

namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& path) {
    std::istringstream lines(source_text(path));
    std::vector<std::vector<std::string>> out;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        std::istringstream words(line);
        std::vector<std::string> row;
        for (std::string word; words >> word;) row.push_back(word);
        out.push_back(row);
    }
    return out;
}

} // namespace

TEST_CASE("every file of the catalogue is right", "[catalogue]") {
    REQUIRE(!catalogue_files().empty());
    for (const CatalogueFile& file : catalogue_files()) {
        Problems problems;
        const auto family = read_family(file.text, std::string(file.name) + ".yaml", problems);
        for (const Problem& problem : problems) UNSCOPED_INFO(problem.text());
        CAPTURE(file.name);
        CHECK(family.has_value());
    }
}

TEST_CASE("ids are there once, and every entry has a source and something that happens",
          "[catalogue]") {
    std::set<std::string> ids;
    for (const CatalogueEntry& entry : catalogue()) {
        CAPTURE(entry.id);
        CHECK(ids.insert(entry.id).second);
        CHECK(!entry.sources.empty());
        CHECK(!entry_faults(entry).empty());
        CHECK(catalogue_entry(entry.id) != nullptr);
    }
}

TEST_CASE("what fault show prints is a profile's faults", "[catalogue]") {
    for (const CatalogueEntry& entry : catalogue()) {
        const std::string text = "smtpsim: 1\nprofile: shown\nfaults:\n" + entry_yaml(entry);
        CAPTURE(entry.id, text);
        const auto profile =
            load_text(text, "shown.yaml", [](const std::string&) -> Result<std::string> {
                return Failure{"no files"};
            });
        if (!profile.has_value()) UNSCOPED_INFO(profile.error().front().text());
        REQUIRE(profile.has_value());
        const auto own = entry_faults(entry);
        REQUIRE(profile->faults.size() == own.size());
        for (std::size_t i = 0; i < own.size(); ++i) {
            CHECK(faults::effects_text(own[i].effects) ==
                  faults::effects_text(profile->faults[i].effects));
            CHECK(faults::conditions_text(own[i].when) ==
                  faults::conditions_text(profile->faults[i].when));
            CHECK(own[i].at == profile->faults[i].at);
        }
    }
}

TEST_CASE("every documented reply has an entry", "[catalogue]") {
    // A server that has BURL, which the engine has not: a fault cannot pretend it.
    const std::set<std::string> left_out{"BURL 250"};
    std::map<std::string, std::string> stage_of{{"END-OF-DATA", "message"},
                                                {"LMTP-END-OF-DATA", "message"}};
    for (const auto& row : rows_of("tests/faults/documented_replies.txt")) {
        const std::string code = row.at(1);
        CAPTURE(row.at(0), code, row.at(2));
        if (left_out.contains(row.at(0) + ' ' + code)) continue;
        bool found = code == "0"; // no reply at all: kb155455/connect/silence and the like
        for (const CatalogueEntry& entry : catalogue())
            found = found ||
                    (entry.id.find(code) != std::string::npos &&
                     (row.at(0) == "ANY" ||
                      entry.id.find(lower(stage_of.contains(row.at(0))     ? stage_of.at(row.at(0))
                                          : row.at(0).starts_with("LMTP-") ? row.at(0).substr(5)
                                                                           : row.at(0))) !=
                          std::string::npos));
        CHECK(found);
    }
}

TEST_CASE("every misbehaviour seen in the wild has an entry", "[catalogue]") {
    const std::map<std::string, std::string> renamed{
        {"tcp-1-octet-segments", "wild/reply-split-in-octets"},
        {"time-starttls-stall", "tls/220-silence"},
        {"tls-selfsigned", "tls/self-signed"},
        {"tls-expired", "tls/expired-certificate"}};
    for (const auto& row : rows_of("tests/faults/misbehaviours.txt")) {
        const std::string& name = row.at(0);
        const bool own_family = name.starts_with("tls-") || name.starts_with("auth-");
        std::string id = own_family ? name : "wild/" + name;
        if (own_family) id[id.find('-')] = '/';
        if (renamed.contains(name)) id = renamed.at(name);
        CAPTURE(id);
        CHECK(catalogue_entry(id) != nullptr);
    }
}

TEST_CASE("docs/catalogue.md is what the catalogue says now", "[catalogue]") {
    const std::string now = catalogue_markdown();
    CHECK((source_text("docs/catalogue.md") == now));
}

TEST_CASE("codes, enhanced codes and ids are explained", "[catalogue]") {
    CHECK(explanation("552")->starts_with("552: refused permanently"));
    CHECK(explanation("552")->find("kb155455/rcpt/552") != std::string::npos);
    CHECK(explanation("4.2.2")->starts_with("4.2.2: Mailbox full; refused for now"));
    CHECK(explanation("kb155455/rcpt/552")->find("smtpsim serve esmtp --fault kb155455/rcpt/552") !=
          std::string::npos);
    CHECK(explanation("000")->find("no reply code") != std::string::npos);
    CHECK(explanation("kb155455/rcpt/551x").error().what.find("did you mean kb155455/rcpt/55") !=
          std::string::npos);
    CHECK(explanation("55").has_error());
}
