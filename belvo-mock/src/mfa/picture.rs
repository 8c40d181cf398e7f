use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, QrCode};

/// Pixels of a module, and modules of the quiet zone around.
const SCALE: usize = 6;
const QUIET: usize = 4;

/// The same in Base64.
pub(crate) fn png_base64(text: &str) -> Option<String> {
    png(text).map(|picture| STANDARD.encode(picture))
}

/// A QR code of the text as a PNG; `None` where the text is too long for one.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::new(text).ok()?;
    let modules = code.width();
    let side = (modules + 2 * QUIET) * SCALE;
    let dark = |x: usize, y: usize| {
        let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET).filter(|place| *place < modules);
        module(x).zip(module(y)).is_some_and(|place| code[place] == Color::Dark)
    };
    // One bit a pixel, rows begin with a byte of their own.
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for first in (0..side).step_by(8) {
            let bit = |place: usize| u8::from(first + place < side && !dark(first + place, y)) << (7 - place);
            rows.push((0..8).map(bit).sum::<u8>());
        }
    }
    let mut picture = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = ::png::Encoder::new(&mut picture, side, side);
    encoder.set_color(::png::ColorType::Grayscale);
    encoder.set_depth(::png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rows).ok()?;
    writer.finish().ok()?;
    Some(picture)
}
