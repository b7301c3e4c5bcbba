// Renews the documents that follow from tables of the program: the target `docs`. Unit tests
// compare them.
#include "profiles/build/catalogue.hpp"
#include "profiles/language/reference.hpp"
#include "profiles/meaning/reply_meaning.hpp"
#include "tests/derived_docs.hpp"

#include <fstream>
#include <iostream>

namespace {

bool renew(const std::string& file, const std::string& text) {
    if (smtpsim::source_text(file) == text) return true;
    std::ofstream out{smtpsim::source_folder() / file, std::ios::binary};
    out << text;
    out.close();
    std::cout << (out ? "renewed " : "cannot write ") << file << '\n';
    return static_cast<bool>(out);
}

} // namespace

int main() {
    using namespace smtpsim;
    bool all = renew("docs/profile-reference.md", profiles::reference_markdown());
    all &= renew("docs/catalogue.md", profiles::catalogue_markdown());
    all &= renew("README.md", with_effects(source_text("README.md")));
    all &= renew("CONTRIBUTING.md", with_worked_effect(source_text("CONTRIBUTING.md")));
    all &= renew("docs/journal.md", with_event_tables(source_text("docs/journal.md")));
    return all ? 0 : 1;
}
