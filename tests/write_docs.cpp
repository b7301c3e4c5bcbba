// Renews the documents that follow from tables of the program: the target `docs`. Unit tests
// compare them.
#include "profiles/build/catalogue.hpp"
#include "profiles/language/reference.hpp"
#include "profiles/meaning/reply_meaning.hpp"
#include "tests/readme_table.hpp"
#include "tests/source.hpp"

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
    const bool reference =
        renew("docs/profile-reference.md", smtpsim::profiles::reference_markdown());
    const bool catalogue = renew("docs/catalogue.md", smtpsim::profiles::catalogue_markdown());
    const bool readme =
        renew("README.md", smtpsim::with_effects(smtpsim::source_text("README.md")));
    return reference && catalogue && readme ? 0 : 1;
}
