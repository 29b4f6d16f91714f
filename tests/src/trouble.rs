//! What stops a demonstration or a test's own set-up: one sentence, with its cause behind it.

use std::error::Error;
use std::fmt;

pub struct Trouble {
    sentence: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Trouble {
    pub fn new(sentence: impl Into<String>) -> Trouble {
        Trouble { sentence: sentence.into(), source: None }
    }

    pub fn caused(
        sentence: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Trouble {
        Trouble { sentence: sentence.into(), source: Some(source.into()) }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, " ({error})")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// As the sentence: a test shows it where it was not expected.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Trouble {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
