"""What pyxform is asked: `xform OUT NAME=FOLDER…` makes OUT/NAME.xml of each folder of CSV sheets;
`csv OUT =WORKBOOK…` makes OUT/NAME/SHEET.csv of each sheet of each .xls and .xlsx workbook.
One line a form says what came of it."""

import csv
import io
import pathlib
import sys

import openpyxl
import xlrd
from pyxform import xls2xform


def workbook(folder):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for path in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(path.stem)
        with open(path, newline="", encoding="utf-8") as lines:
            for row in csv.reader(lines):
                sheet.append([cell or None for cell in row])
    held = io.BytesIO()
    book.save(held)
    held.seek(0)
    return held


def xform(out, name, folder):
    made = xls2xform.convert(workbook(folder), validate=False, form_name="data")
    (out / (name + ".xml")).write_text(made.xform, encoding="utf-8")
    return "made"


def text(cell):
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell)


def sheets(path):
    if path.suffix == ".xls":
        for sheet in xlrd.open_workbook(path).sheets():
            yield sheet.name, [sheet.row_values(at) for at in range(sheet.nrows)]
    else:
        for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
            yield sheet.title, sheet.iter_rows(values_only=True)


def as_csv(out, _, path):
    for name, rows in sheets(path):
        folder = out / (path.stem + path.suffix.replace(".", "_"))
        folder.mkdir(exist_ok=True)
        with open(folder / (name.replace("/", "_") + ".csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([text(cell) for cell in row] for row in rows)
    return "made"


task = {"xform": xform, "csv": as_csv}[sys.argv[1]]
for name, path in (argument.split("=", 1) for argument in sys.argv[3:]):
    path = pathlib.Path(path)
    name = name or path.name
    try:
        said = task(pathlib.Path(sys.argv[2]), name, path)
    except Exception as error:
        said = "refused: " + " ".join(str(error).split())
    print(f"{name}\t{said}")
