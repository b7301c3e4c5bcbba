#include "profiles/language/reference.hpp"
#include "profiles/load/load.hpp"

#include "profiles/language/schema.hpp"
#include "tests/catch.hpp"
#include "tests/source.hpp"

using namespace smtpsim::profiles;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

} // namespace

TEST_CASE("docs/profile-reference.md is what the language says now", "[profiles][reference]") {
    const std::string now = reference_markdown();
    // To renew it: cmake --build build/release --target docs
    const std::string committed = smtpsim::source_text("docs/profile-reference.md");
    CHECK((committed == now)); // in brackets: two whole documents are no help
}

TEST_CASE("the schema is draft-07 and closed, but for x- keys", "[profiles][schema]") {
    const std::string schema = json_schema(FileKind::profile);
    CHECK(schema.starts_with("{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"));
    CHECK(count(schema, "\"additionalProperties\": false") ==
          count(schema, "\"patternProperties\""));
    CHECK(count(schema, "\"additionalProperties\": false") >= 10);
    CHECK(count(schema, "\"description\": \"\"") == 0);
    CHECK(schema.find("\"$ref\": \"#/definitions/reply\"") != std::string::npos);
    CHECK(schema.ends_with("\n}\n"));
}

TEST_CASE("the schema knows modems and their lines", "[profiles][schema]") {
    const std::string schema = json_schema(FileKind::profile);
    for (const std::string key : {"link", "modem", "hang-up", "dial", "phone-book", "lcp-silent"})
        CHECK(schema.find('"' + key + '"') != std::string::npos);
}
