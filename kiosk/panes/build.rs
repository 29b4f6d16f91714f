//! Compiles the glass. Whatever the glass shows is embedded, so the program needs no file beside
//! it.

use slint_build::{CompilerConfiguration, EmbedResourcesKind};

fn main() {
    let configuration = CompilerConfiguration::new()
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        .with_bundled_translations("lang")
        // One word has one translation wherever it stands, so no context is added by default.
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        // The tests find the parts of a page by their accessible labels.
        .with_debug_info(true);
    slint_build::compile_with_config("ui/glass.slint", configuration)
        .expect("the pages of the glass must compile");
}
