throw new Error('this module is of no use');
