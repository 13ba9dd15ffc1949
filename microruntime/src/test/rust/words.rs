// Counts the words of a file with the standard library: arguments, environment, files, collections, formatting, time, exit code.
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::process::exit;
use std::time::Instant;

#[derive(Debug, Default, Clone, PartialEq)]
struct Word {
    count: usize,
    lines: Vec<usize>,
}

fn count(text: impl BufRead) -> io::Result<HashMap<String, Word>> {
    let mut words: HashMap<String, Word> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        for word in line?.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
            let entry = words.entry(word.to_lowercase()).or_default();
            entry.count += 1;
            entry.lines.push(number + 1);
        }
    }
    Ok(words)
}

fn main() -> io::Result<()> {
    let started = Instant::now();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(arguments.first().expect("a folder"));
    let least: usize = arguments[1].parse().unwrap_or_else(|e| {
        eprintln!("{:?} is no number: {}", arguments[1], e);
        exit(2)
    });
    println!("greeting: {}", std::env::var("GREETING").unwrap_or_else(|e| e.to_string()));
    let mut input = String::new();
    io::stdin().read_line(&mut input)?;
    println!("stdin: {}", input.trim_end());

    let source = folder.join("text.txt");
    fs::write(&source, "Öl und Wasser\nwasser Und wind\n\nund Feuer, und ÖL\n")?;
    let words = count(io::BufReader::new(fs::File::open(&source)?))?;
    let mut by_count: Vec<_> = words.iter().filter(|(_, w)| w.count >= least).collect();
    by_count.sort_by(|a, b| b.1.count.cmp(&a.1.count).then(a.0.cmp(b.0)));
    for (word, Word { count, lines }) in &by_count {
        println!("{:<8}{:>4}  {:?}", word, count, lines);
    }
    let lengths: BTreeMap<usize, Vec<&str>> = words.keys().fold(BTreeMap::new(), |mut map, word| {
        map.entry(word.chars().count()).or_insert_with(Vec::new).push(word);
        map
    });
    for (length, mut words) in lengths {
        words.sort_unstable();
        println!("{length}: {}", words.join(" "));
    }
    let mean = words.values().map(|w| w.count as f64).sum::<f64>() / words.len() as f64;
    println!("mean {:.6}, {:e}, {:#x}, {:?}", mean, mean / 3.0, u64::MAX / 7, f32::MIN_POSITIVE);
    println!("missing: {}", fs::read_to_string(folder.join("missing")).unwrap_err().kind());

    fs::rename(&source, folder.join("renamed.txt"))?;
    let mut names: Vec<_> = fs::read_dir(folder)?.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    println!("files: {names:?}, {} bytes", fs::metadata(folder.join("renamed.txt"))?.len());
    fs::remove_file(folder.join("renamed.txt"))?;
    io::stderr().write_all(b"done\n")?;
    assert!(started.elapsed().as_secs() < 600);
    exit(by_count.len() as i32)
}
