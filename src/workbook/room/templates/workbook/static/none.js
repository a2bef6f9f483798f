// In the place of a typesetter for formulas: the course has none (see room.js).
