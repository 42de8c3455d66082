// An element as a number around its zero point, by hand; nothing past the end.
module gold (input [7:0] element, input [8:0] index, count, input unsigned_, input [8:0] zero, output reg [8:0] value);
  always @* begin
    value = {element[7] & ~unsigned_, element} + ~zero + 9'd1;
    if (index >= count) value = 9'd0;
  end
endmodule
